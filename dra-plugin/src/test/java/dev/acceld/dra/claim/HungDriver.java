package dev.acceld.dra.claim;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.supplyAsync;

import dev.acceld.device.Device;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.probe.DeviceControl;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * A process whose driver does not come back from any call for gpu-0, as a native call hangs: it
 * holds its thread, and the carrier of a virtual one. Writes what became of the claims of others.
 */
final class HungDriver {
  private static final MethodHandle PAUSE = pause();

  private final FakeParts parts = new FakeParts();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private volatile boolean hangs;

  private HungDriver() {}

  /** Arguments: the node's directory, and the file for the outcome. */
  public static void main(String[] args) throws Exception {
    String outcome = new HungDriver().live(new Node(Path.of(args[0])));
    Files.writeString(Path.of(args[1]), outcome);
    Runtime.getRuntime().halt(0); // its thread never ends
  }

  private String live(Node node) throws Exception {
    node.inventory = FakeParts.inventory();
    ClaimManager manager =
        ClaimManager.open(
            new ClaimManager.Dependencies(
                node.settings,
                node.api,
                () -> node.inventory,
                Node::access,
                device -> Optional.empty(),
                () -> node.bootId,
                Clock.systemUTC(),
                node.observer,
                control()));
    ClaimRef hung = node.cluster.allocate("hung", "u-hung", "gpu-0-half-0");
    ClaimRef plain = node.cluster.allocate("plain", "u-plain", "gpu-1-half-0");
    ClaimRef other = node.cluster.allocate("other", "u-other", "gpu-1-half-1");
    for (ClaimRef claim : List.of(hung, plain, other)) {
      Node.prepared(manager, claim);
    }
    hangs = true;
    CompletableFuture<Map<String, UnprepareOutcome>> stuck =
        supplyAsync(
            () -> manager.unprepare(List.of(plain, hung), CallScope.UNCANCELLED),
            work -> Thread.ofPlatform().daemon().start(work));
    hanging.await();
    // Another pod's claims, two in a call, both ways.
    ClaimRef more = node.cluster.allocate("more", "u-more"); // of another driver
    Map<String, UnprepareOutcome> back =
        manager.unprepare(List.of(other, more), CallScope.UNCANCELLED);
    ClaimRef again = node.cluster.allocate("again", "u-again", "gpu-1-half-1");
    Map<String, PrepareOutcome> made = manager.prepare(List.of(again, more), CallScope.UNCANCELLED);
    Map<String, UnprepareOutcome> rest = stuck.get();
    return String.join(
        "\n",
        "other " + back.get("u-other"),
        "again " + requireNonNull(made.get("u-again")).getClass().getSimpleName(),
        "plain " + rest.get("u-plain"),
        "hung " + rest.get("u-hung"),
        "hung again " + Node.unprepare(manager, hung));
  }

  private DeviceControl control() {
    return (DeviceControl)
        Proxy.newProxyInstance(
            DeviceControl.class.getClassLoader(),
            new Class<?>[] {DeviceControl.class},
            (self, method, args) -> {
              String about =
                  args == null || args.length == 0
                      ? ""
                      : args[0] instanceof Device d ? d.name().value() : String.valueOf(args[0]);
              boolean touches = !List.of("partitionId", "place").contains(method.getName());
              if (hangs && touches && about.startsWith("gpu-0")) {
                hanging.countDown();
                var unused = (int) PAUSE.invokeExact();
              }
              try {
                return method.invoke(parts, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** {@code pause(2)}: sleeps until a signal comes. */
  private static MethodHandle pause() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("pause"),
        FunctionDescriptor.of(java.lang.foreign.ValueLayout.JAVA_INT));
  }
}
