package dev.acceld.fake.kubelet;

/** What the real kubelet does at the API server, to be done by whoever stands in for that. */
public interface KubeletHooks {
  /** Does nothing. */
  KubeletHooks NONE = new KubeletHooks() {};

  /** It has started: the real one deletes all slices of its node, of all drivers. */
  default void started() {}

  /**
   * A driver was gone for the whole delay: the real one deletes the driver's slices of its node.
   */
  default void driverGone(String driver) {}
}
