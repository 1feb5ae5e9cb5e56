package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineDescription.Driver;
import dev.acceld.machine.tree.Hardware;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The simulated nvidia-smi ({@code smi.c}) with what it has to know appended. */
final class SmiProgram {
  private SmiProgram() {}

  static byte[] bytes(Driver driver, List<Hardware.Gpu> gpus) {
    StringBuilder text = new StringBuilder(driver.version()).append('\n');
    for (Hardware.Gpu gpu : gpus) {
      text.append(gpu.place().minor())
          .append(' ')
          .append(gpu.device().uuid())
          .append(' ')
          .append(gpu.model().name())
          .append('\n');
    }
    byte[] known = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] length =
        String.format(Locale.ROOT, "%011d\n", known.length).getBytes(StandardCharsets.US_ASCII);
    byte[] program = NvmlLibrary.smi();
    byte[] all = Arrays.copyOf(program, program.length + known.length + length.length);
    System.arraycopy(known, 0, all, program.length, known.length);
    System.arraycopy(length, 0, all, program.length + known.length, length.length);
    return all;
  }
}
