package dev.acceld.dra.claim;

import java.util.List;
import java.util.Optional;

/**
 * One device of a prepared claim, as the kubelet is told.
 *
 * @param request the request's main name ({@code r} of {@code r/sub})
 * @param pool the pool's name
 * @param device the device's name
 * @param shareId the share of a device that is given out more than once
 * @param adminAccess true when it may be in use elsewhere
 * @param cdiIds qualified CDI names, the one that is unique to the device first
 */
public record PreparedDevice(
    String request,
    String pool,
    String device,
    Optional<String> shareId,
    boolean adminAccess,
    List<String> cdiIds) {

  /** Takes a copy. */
  public PreparedDevice {
    cdiIds = List.copyOf(cdiIds);
  }
}
