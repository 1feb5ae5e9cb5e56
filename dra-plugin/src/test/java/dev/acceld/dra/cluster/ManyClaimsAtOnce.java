package dev.acceld.dra.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The client of {@link SmallHeapTest}, in a process of its own with the heap that is shipped. */
final class ManyClaimsAtOnce {
  private ManyClaimsAtOnce() {}

  /**
   * Arguments: kubeconfig, number of claims {@code ns/c-0}, …, MiB that the rest of an agent takes.
   */
  public static void main(String[] args) throws Exception {
    int claims = Integer.parseInt(args[1]);
    List<byte[]> rest = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(args[2]) * 4; i++) {
      rest.add(new byte[256 << 10]);
    }
    AtomicInteger read = new AtomicInteger();
    try (ClusterApi api =
        ClusterConnection.open(Optional.of(Path.of(args[0])), Map.of(), "t").api().orElseThrow()) {
      CountDownLatch go = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < claims; i++) {
        String name = "c-" + i;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    go.await();
                    api.getClaim("ns", name, Duration.ofMinutes(2));
                    read.incrementAndGet();
                  } catch (ClusterException e) {
                    System.out.println(e.getMessage());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
      }
      go.countDown();
      for (Thread t : threads) {
        t.join();
      }
    }
    System.out.println("read " + read + " beside " + rest.size() / 4 + " MiB");
  }
}
