package dev.acceld.image;

import java.util.Arrays;

/** A processor that there is an image for, under the three names that the world has for it. */
public enum Architecture {
  /** 64-bit x86. */
  AMD64("amd64", "x86_64", "ld-linux-x86-64.so.2", 62),
  /** 64-bit ARM. */
  ARM64("arm64", "aarch64", "ld-linux-aarch64.so.1", 183);

  private final String debianName;
  private final String machineName;
  private final String loader;
  private final int elfMachine;

  Architecture(String debianName, String machineName, String loader, int elfMachine) {
    this.debianName = debianName;
    this.machineName = machineName;
    this.loader = loader;
    this.elfMachine = elfMachine;
  }

  /** {@code amd64}: Debian's name, which is OCI's, too. */
  public String debianName() {
    return debianName;
  }

  /** {@code x86_64}: the kernel's and the compilers' name. */
  public String machineName() {
    return machineName;
  }

  /** {@code x86_64-linux-gnu}: the directory that Debian keeps libraries in. */
  public String libraryDirectory() {
    return machineName + "-linux-gnu";
  }

  /** The file name of glibc's dynamic loader. */
  public String loader() {
    return loader;
  }

  /** {@code e_machine} in the header of every program and library (elf.h). */
  public int elfMachine() {
    return elfMachine;
  }

  /** The processor that this process runs on. */
  public static Architecture ofThisMachine() {
    String name = System.getProperty("os.arch", "");
    return name.equals("aarch64") ? ARM64 : AMD64;
  }

  /**
   * By Debian's name.
   *
   * @throws ImageException there is no image for it
   */
  public static Architecture named(String name) {
    return Arrays.stream(values())
        .filter(one -> one.debianName.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new ImageException("no image for '" + name + "'; there are amd64 and arm64"));
  }
}
