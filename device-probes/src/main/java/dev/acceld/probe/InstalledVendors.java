package dev.acceld.probe;

import java.util.List;
import java.util.ServiceLoader;

/** The modules on the class path, looked for once a process. */
final class InstalledVendors {
  static final List<VendorModule> ALL =
      ServiceLoader.load(VendorModule.class).stream().map(ServiceLoader.Provider::get).toList();

  private InstalledVendors() {}
}
