package dev.acceld.agent.doctor;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether {@code --kubelet-dir} is the root directory of the kubelet that runs here. */
final class KubeletDirCheck implements Check {
  private final Path dir;
  private final KubeletProcess kubelet;

  KubeletDirCheck(Path dir, KubeletProcess kubelet) {
    this.dir = dir;
    this.kubelet = kubelet;
  }

  @Override
  public String name() {
    return "kubelet directory";
  }

  @Override
  public List<Finding> look() {
    return List.of(find());
  }

  private Finding find() {
    Path socket = dir.resolve("pod-resources").resolve("kubelet.sock");
    // A kubelet that answers there is right, whatever other kubelets run on this machine.
    if (kubelet.seen() && !kubelet.rootDir().equals(dir) && !answers(socket)) {
      return Finding.fail(
          name(),
          "the kubelet of this node uses "
              + kubelet.rootDir()
              + ", but acceld is configured with "
              + dir,
          "set --kubelet-dir " + kubelet.rootDir() + " (chart: kubelet.dir)");
    }
    if (!Files.exists(socket)) {
      return Finding.fail(
          name(),
          "no kubelet has run with " + dir + ": there is no " + socket,
          "set --kubelet-dir (chart: kubelet.dir) to the kubelet's --root-dir, as 'ps -ef | grep"
              + " kubelet' on the node shows it");
    }
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected()
          ? Finding.ok(name(), "a kubelet responds in " + dir)
          : Finding.warn(name(), "nothing responds at " + socket, "");
    } catch (ConnectException e) {
      return Finding.fail(
          name(),
          "nothing listens on " + socket,
          "start the kubelet, or check why it does not run");
    } catch (IOException | UnsupportedOperationException e) {
      return Finding.warn(name(), ErrorText.of(e), "run this as root on the node");
    }
  }

  private static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
