package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ResourceSlice;
import dev.acceld.dra.cluster.ResourceSlice.Beside;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Many nodes, each with a real {@link SlicePublisher}, in virtual time: none has a thread, and what
 * they ask of the API server is counted by the second. The server takes everything at once.
 */
final class VirtualCluster {
  private static final long SECOND = 1_000_000_000L;

  private final List<Node> nodes = new ArrayList<>();
  private final PriorityQueue<Turn> turns = new PriorityQueue<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<long[]> requests = new ArrayList<>(); // second, writes, reads
  private long now;

  private record Turn(long at, int node, long due) implements Comparable<Turn> {
    @Override
    public int compareTo(Turn other) {
      return Long.compare(at, other.at);
    }
  }

  /** What was asked for in a while. */
  record Load(long writes, long reads, long mostWrites, long mostReads, long lastWriteAfter) {}

  final class Node {
    private final int number;
    private final SlicePublisher publisher;
    private final long made = now;
    private @Nullable ResourceSlice stored;
    private ClusterApi.@Nullable SliceObserver observer;
    private long due = Long.MAX_VALUE;

    private Node(int number) {
      this.number = number;
      ClusterApi api =
          (ClusterApi)
              Proxy.newProxyInstance(
                  ClusterApi.class.getClassLoader(),
                  new Class<?>[] {ClusterApi.class},
                  (proxy, method, args) -> answer(method.getName(), args));
      publisher =
          new SlicePublisher(
              api,
              new PublisherSettings("acceld.dev", "node-" + number, Path.of("/nowhere")),
              PublisherObserver.NONE,
              () -> now,
              random.split());
    }

    private @Nullable Object answer(String call, Object[] args) {
      switch (call) {
        case "nodeUid" -> {
          count(2);
          return "uid-" + number;
        }
        case "slicesInCluster" -> {
          count(2);
          return (long) nodes.size();
        }
        case "listSlices" -> {
          count(2);
          ResourceSlice slice = stored;
          return new ClusterApi.SliceList(slice == null ? List.of() : List.of(slice), "1");
        }
        case "watchSlices" -> {
          count(2);
          observer = (ClusterApi.SliceObserver) args[3];
          return (ClusterApi.Watch) () -> {};
        }
        case "createSlice", "updateSlice" -> {
          count(1);
          ResourceSlice sent = (ResourceSlice) args[0];
          ResourceSlice kept =
              new ResourceSlice(
                  sent.name(),
                  "u",
                  Long.toString(now),
                  sent.spec(),
                  new Beside("uid-" + number, java.util.Map.of()));
          stored = kept;
          return kept;
        }
        default -> throw new UnsupportedOperationException(call);
      }
    }

    /** What it offers from now on. */
    void offer(List<SliceDevice> devices) {
      publisher.desired(DriverResources.of(devices));
      publisher.registered();
      wake(this);
    }

    /** Its watch ends, as all do when an API server goes away. */
    void loseWatch() {
      ClusterApi.SliceObserver told = observer;
      if (told != null) {
        told.ended("the server is going away");
        wake(this);
      }
    }

    List<SliceDevice> published() {
      ResourceSlice slice = stored;
      return slice == null ? List.of() : slice.spec().devices();
    }
  }

  VirtualCluster(int size) {
    for (int i = 0; i < size; i++) {
      nodes.add(new Node(i));
    }
  }

  Node node(int number) {
    return nodes.get(number);
  }

  /** Something happens on each node, at some time within so long. */
  void onAll(Duration within, Consumer<Node> what) {
    long begin = now;
    long[] at =
        nodes.stream().mapToLong(n -> begin + random.nextLong(within.toNanos() + 1)).toArray();
    Integer[] order = new Integer[at.length];
    java.util.Arrays.setAll(order, i -> i);
    java.util.Arrays.sort(order, java.util.Comparator.comparingLong(i -> at[i]));
    for (int each : order) {
      run(at[each]);
      now = Math.max(now, at[each]);
      what.accept(nodes.get(each));
    }
  }

  /** Time goes by. */
  void pass(Duration time) {
    run(now + time.toNanos());
  }

  private void run(long until) {
    while (!turns.isEmpty() && turns.peek().at <= until) {
      Turn turn = turns.poll();
      Node node = nodes.get(turn.node);
      if (turn.due == node.due) { // no earlier one has taken its place
        now = Math.max(now, turn.at);
        take(node);
      }
    }
    now = Math.max(now, until);
  }

  private void wake(Node node) {
    node.due = now;
    turns.add(new Turn(now, node.number, now));
  }

  private void take(Node node) {
    node.due = node.made + node.publisher.turn();
    turns.add(new Turn(Math.max(now, node.due), node.number, node.due));
  }

  private void count(int column) {
    long second = now / SECOND;
    if (requests.isEmpty() || requests.getLast()[0] != second) {
      requests.add(new long[] {second, 0, 0});
    }
    requests.getLast()[column]++;
  }

  /** What was asked for since the last time this was called. */
  Load load(long since) {
    long writes = 0;
    long reads = 0;
    long mostWrites = 0;
    long mostReads = 0;
    long last = 0;
    for (long[] each : requests) {
      writes += each[1];
      reads += each[2];
      mostWrites = Math.max(mostWrites, each[1]);
      mostReads = Math.max(mostReads, each[2]);
      last = each[1] > 0 ? each[0] : last;
    }
    requests.clear();
    return new Load(writes, reads, mostWrites, mostReads, Math.max(0, last - since / SECOND));
  }

  long now() {
    return now;
  }
}
