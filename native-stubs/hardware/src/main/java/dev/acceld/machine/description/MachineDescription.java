package dev.acceld.machine.description;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.acceld.machine.MachineCatalog;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated machine consists of: one YAML file. {@link MachineCatalog} reads and checks it;
 * here are only the facts.
 *
 * @param name the machine's name; UUIDs and serial numbers are made from it
 * @param summary one line for people
 * @param driver NVIDIA's driver, null when there is none
 * @param numaNodes the NUMA nodes
 * @param gpus NVIDIA GPUs, by model
 * @param amdGpus AMD GPUs, by model
 * @param intelGpus Intel GPUs, by model
 * @param tpus TPU chips, by model
 * @param others PCI functions that are no accelerators
 * @param tpuEnv lines of {@code /etc/tpu/tpu-env}; no file when empty
 */
public record MachineDescription(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String summary,
    @Nullable Driver driver,
    @JsonProperty(required = true) List<NumaNode> numaNodes,
    List<Gpus> gpus,
    List<AmdGpus> amdGpus,
    List<IntelGpus> intelGpus,
    List<Tpus> tpus,
    List<Function> others,
    Map<String, String> tpuEnv) {

  /** Absent lists are empty. */
  public MachineDescription {
    numaNodes = Absent.toEmpty(numaNodes);
    gpus = Absent.toEmpty(gpus);
    amdGpus = Absent.toEmpty(amdGpus);
    intelGpus = Absent.toEmpty(intelGpus);
    tpus = Absent.toEmpty(tpus);
    others = Absent.toEmpty(others);
    tpuEnv = Absent.toEmpty(tpuEnv);
  }

  /**
   * NVIDIA's driver.
   *
   * @param version as the vendor writes it, such as {@code 580.159.04}
   * @param cuda the CUDA version that it supports, such as {@code 13.0}
   * @param missingSymbols functions that its library lacks, beside those that came with later
   *     drivers
   */
  public record Driver(
      @JsonProperty(required = true) String version,
      @JsonProperty(required = true) String cuda,
      List<String> missingSymbols) {
    /** Checks the forms. */
    public Driver {
      missingSymbols = Absent.toEmpty(missingSymbols);
      Checks.form("version", version, "[0-9]{3}(\\.[0-9]{1,3}){1,2}", "580.159.04 (in quotes)");
      Checks.form("cuda", cuda, "[0-9]{1,2}\\.[0-9]", "13.0 (in quotes)");
    }

    /** The number before the first dot. */
    public int branch() {
      return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }
  }

  /**
   * A NUMA node.
   *
   * @param node its number
   * @param cpus its processors as the kernel lists them, such as {@code 0-55,112-167}; empty for a
   *     node of memory only
   * @param memoryGiB its memory
   */
  public record NumaNode(
      @JsonProperty(required = true) int node,
      @JsonProperty(required = true) String cpus,
      @JsonProperty(required = true) long memoryGiB) {
    /** Checks the forms. */
    public NumaNode {
      Checks.form("cpus", cpus, "|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*", "0-55,112-167");
    }
  }

  /** GPUs of one model. */
  public record Gpus(
      @JsonProperty(required = true) GpuModel model,
      @JsonProperty(required = true) List<GpuPlace> at) {
    /** Absent is empty. */
    public Gpus {
      at = Absent.toEmpty(at);
    }
  }

  /**
   * Where one GPU sits.
   *
   * @param pci its PCI function, {@code 0000:0f:00.0}
   * @param under the PCI root and the bridges above it: {@code pci0000:0c/0000:0c:01.0}
   * @param numa the NUMA node of its slot, -1 when the host does not say
   * @param iommuGroup its IOMMU group, null without an IOMMU
   * @param minor the N of {@code /dev/nvidiaN}; not always the order on the bus
   * @param module the number of its socket on the board, null when it has none
   * @param memoryNuma the NUMA node that its memory is, on machines where it is one
   */
  public record GpuPlace(
      @JsonProperty(required = true) String pci,
      @JsonProperty(required = true) String under,
      @JsonProperty(required = true) int numa,
      @Nullable Integer iommuGroup,
      @JsonProperty(required = true) int minor,
      @Nullable Integer module,
      @Nullable Integer memoryNuma) {
    /** Checks the forms. */
    public GpuPlace {
      Checks.pci("pci", pci);
      Checks.under(under);
    }
  }

  /** AMD GPUs of one model. */
  public record AmdGpus(
      @JsonProperty(required = true) AmdModel model,
      @JsonProperty(required = true) List<DrmPlace> at) {
    /** Absent is empty. */
    public AmdGpus {
      at = Absent.toEmpty(at);
    }
  }

  /** Intel GPUs of one model. */
  public record IntelGpus(
      @JsonProperty(required = true) IntelModel model,
      @JsonProperty(required = true) List<DrmPlace> at) {
    /** Absent is empty. */
    public IntelGpus {
      at = Absent.toEmpty(at);
    }
  }

  /** TPU chips of one model. */
  public record Tpus(
      @JsonProperty(required = true) TpuModel model,
      @JsonProperty(required = true) List<TpuPlace> at) {
    /** Absent is empty. */
    public Tpus {
      at = Absent.toEmpty(at);
    }
  }

  /**
   * What a TPU chip is.
   *
   * @param generation its generation, for people
   * @param device the PCI device id
   * @param subsystem the PCI subsystem device id
   * @param pciClass the PCI class
   * @param files how the chips are opened: {@code /dev/accelN} or {@code /dev/vfio/N}
   * @param driver the kernel driver bound to them
   */
  public record TpuModel(
      @JsonProperty(required = true) String generation,
      @JsonProperty(required = true) PciId device,
      @JsonProperty(required = true) PciId subsystem,
      @JsonProperty(required = true) PciId pciClass,
      @JsonProperty(required = true) TpuFiles files,
      @JsonProperty(required = true) String driver) {}

  /** How TPU chips are opened. */
  public enum TpuFiles {
    /** {@code /dev/accelN}, up to v4. */
    accel,
    /** One {@code /dev/vfio/N} a function, from v5e on. */
    vfio
  }

  /**
   * Where one TPU chip sits.
   *
   * @param slot its PCI address without function, {@code 0000:c0:02}
   * @param under the PCI root and the bridges above it
   * @param numa the NUMA node, -1 when the host does not say
   * @param iommuGroups one group for each of its functions, in their order: as many as it has
   * @param accel the N of {@code /dev/accelN}, for chips that have one
   */
  public record TpuPlace(
      @JsonProperty(required = true) String slot,
      @JsonProperty(required = true) String under,
      @JsonProperty(required = true) int numa,
      @JsonProperty(required = true) List<Integer> iommuGroups,
      @Nullable Integer accel) {
    /** Checks the forms. */
    public TpuPlace {
      iommuGroups = Absent.toEmpty(iommuGroups);
      Checks.pci("slot", slot + ".0");
      Checks.under(under);
      if (iommuGroups.isEmpty() || iommuGroups.size() > 8) {
        throw new IllegalArgumentException(
            "iommuGroups: a chip has 1 to 8 functions; list one IOMMU group for each");
      }
    }
  }

  /** A PCI function that is no accelerator: network, disk. */
  public record Function(
      @JsonProperty(required = true) String pci,
      @JsonProperty(required = true) String under,
      @JsonProperty(required = true) PciId vendor,
      @JsonProperty(required = true) PciId device,
      @JsonProperty(required = true) PciId pciClass,
      @JsonProperty(required = true) int numa,
      @Nullable Integer iommuGroup,
      @Nullable String driver) {
    /** Checks the forms. */
    public Function {
      Checks.pci("pci", pci);
      Checks.under(under);
    }
  }
}
