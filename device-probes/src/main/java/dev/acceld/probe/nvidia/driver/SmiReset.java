package dev.acceld.probe.nvidia.driver;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.Holder;
import dev.acceld.reset.Holders;
import dev.acceld.reset.ResetFailedException;
import dev.acceld.reset.ResetFailedException.Cause;
import dev.acceld.reset.ResetProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Resets a GPU with {@code nvidia-smi --gpu-reset} of its driver: NVML has no function for it. The
 * driver refuses a GPU that anybody has open. Any thread.
 */
public final class SmiReset implements DeviceReset {
  private static final List<String> PROGRAMS =
      List.of("usr/bin/nvidia-smi", "bin/nvidia-smi", "nvidia/bin/nvidia-smi");

  /** A root that has one of these has a C library of its own, by which its programs run. */
  private static final List<String> LOADERS =
      List.of("lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1");

  private static final List<String> BUSY =
      List.of("in use by another client", "used by one or more other processes");

  /** Of systems with NVSwitches and of GPUs that have no reset; and who may not do it. */
  private static final List<String> UNSUPPORTED =
      List.of("not supported", "fabric manager", "fabricmanager", "insufficient permissions");

  private final Path root;
  private final Holders holders;

  /** With the program below that root. */
  public SmiReset(Path root, Holders holders) {
    this.root = root;
    this.holders = holders;
  }

  @Override
  public String describe() {
    return "nvidia-smi --gpu-reset";
  }

  @Override
  public boolean canReset(Device device) {
    return device instanceof Gpu;
  }

  @Override
  public Optional<String> refusal(Device device) {
    return program().isPresent()
        ? Optional.empty()
        : Optional.of(
            "there is no nvidia-smi below the driver root "
                + root
                + "; install it with the driver, or reset the GPU by hand between 'acceld release'"
                + " and 'acceld release --back --repaired'");
  }

  @Override
  public Optional<List<Holder>> holders(Device device) {
    return holders.of(device);
  }

  @Override
  public boolean refusesBusy() {
    return true;
  }

  @Override
  public List<String> reset(Device device, Duration within)
      throws ResetFailedException, InterruptedException {
    if (!(device instanceof Gpu gpu)) {
      throw new ResetFailedException(device.name() + " is no whole GPU");
    }
    String program =
        program().orElseThrow(() -> new ResetFailedException(refusal(device).orElse("")));
    ResetProgram.Ended ended =
        ResetProgram.run(
            command(program, gpu.uuid().isEmpty() ? address(gpu) : gpu.uuid()),
            environment(),
            within);
    String said = String.join(" ", ended.output()).toLowerCase(Locale.ROOT);
    // Some releases end with status 0 though a GPU could not be reset.
    if (ended.status() != 0 || said.contains("could not be reset")) {
      throw new ResetFailedException(
          describe() + ": exit status " + ended.status() + ResetProgram.said(ended.output()),
          cause(said));
    }
    return ended.output();
  }

  /** By the driver's words: its exit statuses do not tell. */
  private static Cause cause(String said) {
    if (BUSY.stream().anyMatch(said::contains)) {
      return Cause.BUSY;
    }
    return UNSUPPORTED.stream().anyMatch(said::contains) ? Cause.UNSUPPORTED : Cause.FAILED;
  }

  private static String address(Gpu gpu) throws ResetFailedException {
    return gpu.common()
        .pci()
        .orElseThrow(
            () -> new ResetFailedException(gpu.name() + " has no known UUID or PCI address"))
        .toString();
  }

  private Optional<String> program() {
    return PROGRAMS.stream().filter(p -> Files.isExecutable(root.resolve(p))).findFirst();
  }

  private boolean isWholeSystem() {
    return LOADERS.stream().anyMatch(l -> Files.exists(root.resolve(l)));
  }

  /** A root with a C library is entered; of one without, the libraries are named. */
  private List<String> command(String program, String gpu) {
    List<String> arguments = List.of("--gpu-reset", "-i", gpu);
    if (root.equals(Path.of("/")) || !isWholeSystem()) {
      return join(List.of(root.resolve(program).toString()), arguments);
    }
    return join(List.of("chroot", root.toString(), "/" + program), arguments);
  }

  private static List<String> join(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private Map<String, String> environment() {
    if (root.equals(Path.of("/")) || isWholeSystem()) {
      return Map.of();
    }
    return NvmlFiles.find(root)
        .map(library -> Map.of("LD_LIBRARY_PATH", String.valueOf(library.getParent())))
        .orElse(Map.of());
  }
}
