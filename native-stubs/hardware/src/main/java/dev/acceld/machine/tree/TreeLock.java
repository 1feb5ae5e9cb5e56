package dev.acceld.machine.tree;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One editor of a machine at a time, over threads and processes. The lock file lies beside the
 * tree, because the tree itself may be replaced.
 */
public final class TreeLock {
  private static final ReentrantLock THREADS = new ReentrantLock();

  private TreeLock() {}

  /** A change of a tree that others look at. */
  public static void edit(FileTree tree, Runnable change) {
    held(
        tree.root(),
        () -> {
          change.run();
          return tree;
        });
  }

  public static <T> T held(Path root, Supplier<T> work) {
    Path lock = root.resolveSibling("." + root.getFileName() + ".lock");
    THREADS.lock();
    try {
      Path parent = lock.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        return work.get();
      }
    } catch (IOException e) {
      throw FileTree.cannot("lock", lock, e);
    } finally {
      THREADS.unlock();
    }
  }
}
