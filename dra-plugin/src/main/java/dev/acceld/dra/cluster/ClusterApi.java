package dev.acceld.dra.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.vendor.PodFacts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The handful of calls that a node makes to the API server. All of them block, may be called from
 * any thread, and are not retried inside: the callers know how long they may wait.
 */
public interface ClusterApi extends AutoCloseable {

  /**
   * Reads one claim; the hot call of every prepare.
   *
   * @param timeout for this one attempt
   * @throws ClusterException {@code NOT_FOUND} when there is none of that name
   */
  ResourceClaim getClaim(String namespace, String name, Duration timeout) throws ClusterException;

  /** The UID of the Node, for the owner reference of its slices. */
  String nodeUid(String nodeName) throws ClusterException;

  /** The labels of the Node. */
  Map<String, String> nodeLabels(String nodeName) throws ClusterException;

  /** The slices of that driver on that node, and the version of the list to watch from. */
  SliceList listSlices(String driver, String nodeName) throws ClusterException;

  /**
   * Creates a slice owned by the Node.
   *
   * @return as the server stored it: fields behind a gate that is off are gone
   */
  ResourceSlice createSlice(ResourceSlice slice, String nodeUid) throws ClusterException;

  /**
   * The same as a dry run: validated and answered, not stored.
   *
   * @return as the server would store it
   */
  ResourceSlice tryCreateSlice(ResourceSlice slice, String nodeUid) throws ClusterException;

  /** Replaces the spec of a slice of that name, UID and resourceVersion; returns it as stored. */
  ResourceSlice updateSlice(ResourceSlice slice, String nodeUid) throws ClusterException;

  /** Deletes a slice if it still has that UID; one that is gone already is fine. */
  void deleteSlice(ResourceSlice slice) throws ClusterException;

  /**
   * Watches the slices of that driver on that node from a version on. Returns at once; the observer
   * is called on a thread of the client.
   */
  Watch watchSlices(String driver, String nodeName, String fromVersion, SliceObserver observer)
      throws ClusterException;

  /**
   * How many slices the cluster has, of all drivers and nodes; the server counts them, and sends
   * one. For seldom use.
   */
  long slicesInCluster() throws ClusterException;

  /**
   * All slices of that node, of whatever driver, one by one and as they are told; from the server's
   * memory, so perhaps a moment old. For seldom use.
   */
  void eachSliceOfNode(String nodeName, Consumer<JsonNode> slices) throws ClusterException;

  /**
   * The UID of a pod that exists and has not ended: one whose phase is {@code Succeeded} or {@code
   * Failed}, as of a Job, runs nothing any more. Rare: proof before clean-up.
   */
  Optional<String> podUid(String namespace, String name) throws ClusterException;

  /**
   * The IP address of a pod that runs; empty when it has none yet, has ended, or is not there (any
   * more) under that UID.
   */
  Optional<String> podAddress(PodRef pod) throws ClusterException;

  /** When a pod went through its first stages; empty when it is not there under that UID. */
  Optional<PodTimes> podTimes(PodRef pod) throws ClusterException;

  /**
   * What is to be known of a pod for which a claim is prepared. Only for claims whose configuration
   * or environment depends on it, and where somebody wants to see what owns pods.
   *
   * @param timeout for this one attempt
   * @throws ClusterException {@code NOT_FOUND} when there is none of that name
   */
  Pod getPod(String namespace, String name, Duration timeout) throws ClusterException;

  /** Closes connections. */
  @Override
  void close();

  /**
   * A pod.
   *
   * @param ref namespace, name, UID
   * @param owner its controller, such as a ReplicaSet or a Job; empty when it has none
   * @param facts what a vendor may want to know of it
   * @param containers which of its containers use which claims
   */
  record Pod(PodRef ref, Optional<Owner> owner, PodFacts facts, PodContainers containers) {}

  /**
   * The controller of a pod.
   *
   * @param kind its kind
   * @param name its name, in the namespace of the pod
   */
  record Owner(String kind, String name) {}

  /**
   * A list at one moment.
   *
   * @param slices what there was
   * @param resourceVersion where a watch may go on
   */
  record SliceList(List<ResourceSlice> slices, String resourceVersion) {}

  /** What a watch tells. */
  interface SliceObserver {
    /** A slice was made or changed. */
    void changed(ResourceSlice slice);

    /** A slice was deleted. */
    void deleted(ResourceSlice slice);

    /** The watch is over, by the server or by trouble; list and watch anew. */
    void ended(String why);
  }

  /** A running watch. */
  interface Watch extends AutoCloseable {
    /** Ends it; {@link SliceObserver#ended} is not called any more. */
    @Override
    void close();
  }
}
