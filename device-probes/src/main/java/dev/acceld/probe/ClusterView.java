package dev.acceld.probe;

import dev.acceld.device.DeviceName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the cluster says of this node and of who uses its devices. Answers at once, with what is
 * known by then; any thread.
 */
public interface ClusterView {
  /** There is no cluster. */
  ClusterView NONE =
      new ClusterView() {
        @Override
        public Map<String, String> nodeLabels() {
          return Map.of();
        }

        @Override
        public List<DeviceHolder> holders() {
          return List.of();
        }

        @Override
        public Optional<String> address(DeviceHolder holder) {
          return Optional.empty();
        }
      };

  /** The labels of the Node; empty while they are not known. The first question begins to read. */
  Map<String, String> nodeLabels();

  /** Whether the labels have been read, or cannot be for now. */
  default boolean labelsSettled() {
    return true;
  }

  /** The claims that are prepared now. */
  List<DeviceHolder> holders();

  /**
   * Every device that a claim holds or may hold, also one that is half prepared, or held for admin
   * access only.
   *
   * @return empty when not all of it is known
   */
  default Optional<Set<DeviceName>> held() {
    return Optional.empty();
  }

  /**
   * Where the pod that uses a claim can be reached. The first question begins to find out; whoever
   * does not ask costs nothing.
   *
   * @return an IP address; empty while it is not known, and when several pods use the claim
   */
  Optional<String> address(DeviceHolder holder);

  /**
   * The pod no longer answers where {@link #address} says. Its address is read again: a pod whose
   * sandbox was made anew has another one. Until that is known the old one is given.
   */
  default void addressInDoubt(DeviceHolder holder) {}
}
