package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.description.Suggestions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The simulated {@code libnvidia-ml.so.1} as a given driver would have it. */
public final class NvmlLibrary {
  /** Functions and the first driver branch that has them (where nvml.h's history is known). */
  private static final Map<String, Integer> SINCE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("nvmlDeviceGetMigMode", 450),
              Map.entry("nvmlDeviceIsMigDeviceHandle", 450),
              Map.entry("nvmlDeviceSetMigMode", 450),
              Map.entry("nvmlDeviceGetMaxMigDeviceCount", 450),
              Map.entry("nvmlDeviceGetMigDeviceHandleByIndex", 450),
              Map.entry("nvmlDeviceGetDeviceHandleFromMigDeviceHandle", 450),
              Map.entry("nvmlDeviceGetGpuInstanceId", 450),
              Map.entry("nvmlDeviceGetComputeInstanceId", 450),
              Map.entry("nvmlDeviceGetGpuInstanceProfileInfo", 450),
              Map.entry("nvmlDeviceGetGpuInstances", 450),
              Map.entry("nvmlDeviceCreateGpuInstance", 450),
              Map.entry("nvmlGpuInstanceDestroy", 450),
              Map.entry("nvmlGpuInstanceGetInfo", 450),
              Map.entry("nvmlGpuInstanceGetComputeInstanceProfileInfo", 450),
              Map.entry("nvmlGpuInstanceGetComputeInstances", 450),
              Map.entry("nvmlGpuInstanceCreateComputeInstance", 450),
              Map.entry("nvmlComputeInstanceDestroy", 450),
              Map.entry("nvmlDeviceGetAttributes_v2", 450),
              Map.entry("nvmlComputeInstanceGetInfo_v2", 450),
              Map.entry("nvmlDeviceGetGpuInstancePossiblePlacements_v2", 470),
              Map.entry("nvmlDeviceCreateGpuInstanceWithPlacement", 470),
              Map.entry("nvmlDeviceGetGpuInstanceProfileInfoV", 510),
              Map.entry("nvmlDeviceGetRemappedRows", 450),
              Map.entry("nvmlDeviceGetArchitecture", 450),
              Map.entry("nvmlDeviceGetMemoryInfo_v2", 510),
              Map.entry("nvmlDeviceGetComputeRunningProcesses_v3", 510),
              Map.entry("nvmlDeviceGetGraphicsRunningProcesses_v3", 510),
              Map.entry("nvmlGpmQueryDeviceSupport", 520),
              Map.entry("nvmlGpmSampleAlloc", 520),
              Map.entry("nvmlGpmSampleFree", 520),
              Map.entry("nvmlGpmSampleGet", 520),
              Map.entry("nvmlGpmMigSampleGet", 520),
              Map.entry("nvmlGpmMetricsGet", 520),
              Map.entry("nvmlDeviceGetGpuFabricInfo", 525),
              Map.entry("nvmlDeviceGetCurrentClocksEventReasons", 535),
              Map.entry("nvmlDeviceGetJpgUtilization", 535),
              Map.entry("nvmlDeviceGetOfaUtilization", 535),
              Map.entry("nvmlDeviceGetNumaNodeId", 545),
              Map.entry("nvmlDeviceGetPciInfoExt", 550),
              Map.entry("nvmlDeviceGetGpuFabricInfoV", 550),
              Map.entry("nvmlDeviceGetC2cModeInfoV", 550),
              Map.entry("nvmlDeviceGetSramEccErrorStatus", 550),
              Map.entry("nvmlDeviceGetTemperatureV", 570),
              Map.entry("nvmlDeviceGetMarginTemperature", 570),
              Map.entry("nvmlDeviceGetRepairStatus", 580),
              Map.entry("nvmlDeviceGetAddressingMode", 580),
              Map.entry("nvmlEventSetRegisterGpuOperationalEvents_v1", 615),
              Map.entry("nvmlEventSetWait_v3", 615),
              Map.entry("nvmlEventSetGetContextCount_v1", 615),
              Map.entry("nvmlEventSetGetContextInfo_v1", 615),
              Map.entry("nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1", 615)));

  private static final int SECTION_STRINGS = 3; // SHT_STRTAB
  private static final int SECTION_DYNAMIC_SYMBOLS = 11; // SHT_DYNSYM

  private NvmlLibrary() {}

  /** {@code x86_64} or {@code aarch64}: what this process can load. */
  static String architecture() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("aarch64") ? "aarch64" : "x86_64";
  }

  /** The functions that a driver lacks. */
  static Set<String> missing(MachineDescription.Driver driver) {
    Set<String> missing = new TreeSet<>(driver.missingSymbols());
    SINCE.forEach((symbol, branch) -> {
      if (driver.branch() < branch) {
        missing.add(symbol);
      }
    });
    return missing;
  }

  /** The library's bytes, without the functions that the driver lacks. */
  static byte[] forDriver(MachineDescription.Driver driver) {
    byte[] library = resource();
    for (String symbol : missing(driver)) {
      hide(library, symbol);
    }
    return library;
  }

  /** Says so when the simulated library has no function of this name. */
  public static void checkSymbol(String symbol) {
    Set<String> known = symbols();
    if (!known.contains(symbol)) {
      throw new MachineException(
          "the simulated NVML has no function '" + symbol + "'" + Suggestions.hint(symbol, known));
    }
  }

  /** The functions that the simulated library has. */
  static Set<String> symbols() {
    byte[] elf = resource();
    ByteBuffer file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
    int strings = dynamicStrings(file);
    int start = Math.toIntExact(file.getLong(strings + 24));
    int size = Math.toIntExact(file.getLong(strings + 32));
    Set<String> symbols = new TreeSet<>();
    for (String name : new String(elf, start, size, StandardCharsets.US_ASCII).split("\0", -1)) {
      if (name.startsWith("nvml")) {
        symbols.add(name);
      }
    }
    return symbols;
  }

  /** The driver's nvidia-smi, without the list of GPUs. */
  static byte[] smi() {
    return resource("nvidia-smi");
  }

  private static byte[] resource() {
    return resource("libnvidia-ml.so.1");
  }

  private static byte[] resource(String file) {
    String name = "/native/linux-" + architecture() + "/" + file;
    try (InputStream in = NvmlLibrary.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new MachineException(
            "this build has no simulated NVML for "
                + architecture()
                + " ("
                + name
                + "); build native-stubs/hardware on such a machine");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new MachineException("the simulated NVML " + name + " cannot be read", e);
    }
  }

  /**
   * Renames an exported function by its first letter, so that dlsym() does not find it. The hash
   * table stays as it is: it leads to the entry, where the name then differs.
   */
  static void hide(byte[] elf, String symbol) {
    ByteBuffer file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
    byte[] name = ('\0' + symbol + '\0').getBytes(StandardCharsets.US_ASCII);
    int strings = dynamicStrings(file);
    int start = Math.toIntExact(file.getLong(strings + 24));
    int end = start + Math.toIntExact(file.getLong(strings + 32));
    for (int at = start; at + name.length <= end; at++) {
      if (matches(elf, at, name)) {
        elf[at + 1] = '-';
        return;
      }
    }
    throw new MachineException(
        "driver.missingSymbols: the simulated NVML has no function '"
            + symbol
            + "'; correct its name (with its suffix: nvmlInit_v2)");
  }

  private static int dynamicStrings(ByteBuffer file) {
    long headers = file.getLong(40);
    int size = file.getShort(58);
    int count = file.getShort(60);
    for (int i = 0; i < count; i++) {
      int header = Math.toIntExact(headers + (long) i * size);
      if (file.getInt(header + 4) == SECTION_DYNAMIC_SYMBOLS) {
        int strings = Math.toIntExact(headers + (long) file.getInt(header + 40) * size);
        if (file.getInt(strings + 4) == SECTION_STRINGS) {
          return strings;
        }
      }
    }
    throw new MachineException(
        "the simulated NVML has no symbol table; build native-stubs/hardware again");
  }

  private static boolean matches(byte[] in, int at, byte[] what) {
    for (int i = 0; i < what.length; i++) {
      if (in[at + i] != what[i]) {
        return false;
      }
    }
    return true;
  }
}
