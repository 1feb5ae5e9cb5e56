package dev.acceld.agent.kubernetes;

import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.steady.Refresher;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A label of this agent's Node that asks it to let go of the driver, as the GPU Operator's driver
 * manager sets it before it unloads one: {@code false}, or {@code paused-for-driver-upgrade}. Any
 * other value, or none, takes the devices back. One GET of the Node in 60 to 90 seconds, and only
 * where a label is configured. While the Node cannot be read, everything stays as it is.
 */
final class ReleaseLabel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseLabel.class);
  private static final Duration EVERY = Duration.ofSeconds(60);
  private static final int JITTER_MILLIS = 30_000;

  private final ClusterApi api;
  private final String node;
  private final Optional<String> wanted;
  private final NodeDevices devices;
  private final Refresher refresher;

  /** Of that node; without a key it never asks. */
  ReleaseLabel(ClusterApi api, String node, Optional<String> key, NodeDevices devices) {
    this.api = api;
    this.node = node;
    this.wanted = key;
    this.devices = devices;
    Duration pause = EVERY.plusMillis(ThreadLocalRandom.current().nextInt(JITTER_MILLIS));
    refresher = new Refresher("release-label", pause, pause, this::look);
  }

  /** Begins to look. */
  void start() {
    if (wanted.isPresent()) {
      refresher.begin();
    }
  }

  /** Looks once, and does what the label says; false when it could not be read. */
  synchronized boolean look() {
    return wanted.isPresent() && look(wanted.get());
  }

  private boolean look(String key) {
    try {
      String value = api.nodeLabels(node).getOrDefault(key, "");
      if (asksForRelease(value)) {
        if (devices.releases().byLabel().isEmpty()) {
          LOG.info("the label {}={} of node {} asks to release all GPUs", key, value, node);
          devices.releases().releaseByLabel("label " + key + "=" + value + " of the node");
          devices.supervisor().rediscoverNow();
        }
      } else if (devices.releases().takeBackByLabel()) {
        LOG.info("the label {}={} of node {}: all GPUs are taken back", key, value, node);
        devices.supervisor().rediscoverNow();
      }
      return true;
    } catch (ClusterException e) {
      LOG.debug("the node's labels cannot be read: {}", e.getMessage());
    } catch (IOException e) {
      LOG.warn(
          "what the label {} asks for cannot be saved in the state directory, retrying: {}",
          key,
          ErrorText.of(e));
    }
    return false;
  }

  static boolean asksForRelease(String value) {
    String word = value.strip().toLowerCase(Locale.ROOT);
    return word.equals("false") || word.startsWith("paused");
  }

  @Override
  public void close() {
    refresher.close();
  }
}
