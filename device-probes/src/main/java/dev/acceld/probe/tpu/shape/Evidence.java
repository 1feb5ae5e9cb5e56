package dev.acceld.probe.tpu.shape;

/** What speaks for a shape: that libtpu runs on such a part of a host. */
public enum Evidence {
  /** The vendor's driver, device plugin or machine types have it. */
  VENDOR,
  /** A published program uses it. */
  PUBLISHED,
  /** Nothing is known, or it is reported to fail. */
  NONE
}
