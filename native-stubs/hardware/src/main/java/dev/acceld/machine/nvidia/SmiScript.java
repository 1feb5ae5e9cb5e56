package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineDescription.Driver;
import dev.acceld.machine.tree.Hardware;
import java.util.List;

/**
 * A shell script in the place of nvidia-smi: lists the GPUs whose device files it sees, so that a
 * container shows which it was given.
 */
final class SmiScript {
  private SmiScript() {}

  static String text(Driver driver, List<Hardware.Gpu> gpus) {
    StringBuilder script = new StringBuilder("# simulated: knows -L, --version and --gpu-reset\n");
    script
        .append("case \"${1:--L}\" in\n-L) ;;\n--version) echo 'NVIDIA-SMI version  : ")
        .append(driver.version())
        .append("'; exit 0 ;;\n")
        .append("-r|--gpu-reset)\n  root=${0%/usr/bin/nvidia-smi}\n  case \"${2:-}\" in\n")
        .append("  -i|--id) exec \"$root")
        .append(NvidiaDriver.RESET_PROGRAM)
        .append("\" \"${root:-/}\" \"${3:-}\" ;;\n")
        .append("  --id=*) exec \"$root")
        .append(NvidiaDriver.RESET_PROGRAM)
        .append("\" \"${root:-/}\" \"${2#--id=}\" ;;\n")
        .append("  esac\n  echo 'nvidia-smi: --gpu-reset needs -i GPU' >&2; exit 2 ;;\n")
        .append(
            "*) echo \"nvidia-smi: the simulated nvidia-smi supports -L, --version and --gpu-reset,"
                + " not $1\" >&2; exit 2 ;;\nesac\n")
        .append("i=0\n");
    for (Hardware.Gpu gpu : gpus) {
      script
          .append("if [ -e /dev/nvidia")
          .append(gpu.place().minor())
          .append(" ]; then echo \"GPU $i: ")
          .append(gpu.model().name())
          .append(" (UUID: ")
          .append(gpu.device().uuid())
          .append(")\"; i=$((i+1)); fi\n");
    }
    return script.append("[ $i -gt 0 ] || { echo 'No devices found.'; exit 6; }\n").toString();
  }
}
