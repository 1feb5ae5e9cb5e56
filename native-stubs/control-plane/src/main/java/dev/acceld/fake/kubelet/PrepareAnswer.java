package dev.acceld.fake.kubelet;

import java.util.List;
import java.util.Optional;

/**
 * What a driver answered for one claim.
 *
 * @param devices the devices; none when there is an error
 * @param error empty when the claim is prepared
 */
public record PrepareAnswer(List<AnsweredDevice> devices, String error) {

  /** Takes a copy. */
  public PrepareAnswer {
    devices = List.copyOf(devices);
  }

  /**
   * One device of the answer.
   *
   * @param requests the main names of the requests that get it; none means all
   * @param pool the pool's name
   * @param device the device's name
   * @param cdiIds qualified CDI names
   * @param shareId which share; always empty in v1beta1, which has no such field
   */
  public record AnsweredDevice(
      List<String> requests,
      String pool,
      String device,
      List<String> cdiIds,
      Optional<String> shareId) {

    /** Takes copies. */
    public AnsweredDevice {
      requests = List.copyOf(requests);
      cdiIds = List.copyOf(cdiIds);
    }
  }
}
