package dev.acceld.probe.tpu.host;

import dev.acceld.host.HostFs;

/** {@code /etc/tpu/tpu-env}, which Google's machine images write. */
public final class TpuEnvFile implements FactSource {
  private static final String PATH = "/etc/tpu/tpu-env";

  private final HostFs host;

  /** Of that host. */
  public TpuEnvFile(HostFs host) {
    this.host = host;
  }

  @Override
  public String name() {
    return PATH;
  }

  @Override
  public Statement now() {
    return host.text(PATH).map(text -> TpuEnvText.parse(PATH, text)).orElse(Statement.NOTHING);
  }
}
