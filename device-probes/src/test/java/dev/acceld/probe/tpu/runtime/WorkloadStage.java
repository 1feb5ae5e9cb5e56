package dev.acceld.probe.tpu.runtime;

import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.machine.libtpu.TpuChipValues;
import dev.acceld.machine.libtpu.TpuWorkload;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Simulated workloads on this machine, and clients of them; the clock stands until it is moved. */
final class WorkloadStage implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");

  /** No test waits that long; a busy machine may. */
  static final Duration LONG = Duration.ofSeconds(30);

  final AtomicLong nanos = new AtomicLong();
  private final RuntimeTransport transport = new RuntimeTransport();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Chips of one device each. */
  static TpuWorkload chips(Integer... ids) {
    return new TpuWorkload(Arrays.stream(ids).map(TpuChipValues::idle).toList());
  }

  /** Serves it at that many ports. */
  LibtpuServer serve(TpuWorkload workload, int ports) throws IOException {
    LibtpuServer server = LibtpuServer.start(workload, LOCAL, Collections.nCopies(ports, 0));
    open.push(server);
    return server;
  }

  static List<Endpoint> endpoints(LibtpuServer server) {
    return server.ports().stream().map(port -> new Endpoint(LOCAL, port)).toList();
  }

  /** A client that waits for an answer as long as a busy machine takes. */
  RuntimeMetrics client(List<Endpoint> endpoints, ExpectedChips chips) {
    return client(endpoints, chips, new Round.Patience(LONG, LONG));
  }

  RuntimeMetrics client(List<Endpoint> endpoints, ExpectedChips chips, Round.Patience patience) {
    RuntimeMetrics client =
        new RuntimeMetrics(transport, endpoints, chips, () -> NOW, nanos::get, patience);
    open.push(client);
    return client;
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  static RuntimeReading read(RuntimeMetrics client) throws Exception {
    return client.poll().get(2 * LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /** The problems of endpoints on this machine, whichever port they have. */
  static List<String> withoutPort(RuntimeReading reading) {
    return reading.problems().stream()
        .map(problem -> problem.replaceFirst("^127\\.0\\.0\\.1:\\d+: ", ""))
        .toList();
  }

  /** One reading of a workload that is served at that many ports. */
  RuntimeReading read(TpuWorkload workload, int ports, ExpectedChips chips) throws Exception {
    return read(client(endpoints(serve(workload, ports)), chips));
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable one : new ArrayList<>(open)) {
      one.close();
    }
    transport.close();
  }
}
