package dev.acceld.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.PodRef;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PodAddressesTest {
  private static final PodRef POD = new PodRef("team-a", "train-0", "uid-1");

  private final AtomicReference<Optional<String>> inCluster =
      new AtomicReference<>(Optional.of("10.0.0.1"));
  private final AtomicInteger asked = new AtomicInteger();
  private final PodAddresses addresses = new PodAddresses(api());

  @AfterEach
  void close() {
    addresses.close();
  }

  private ClusterApi api() {
    return (ClusterApi)
        Proxy.newProxyInstance(
            ClusterApi.class.getClassLoader(),
            new Class<?>[] {ClusterApi.class},
            (proxy, method, args) -> {
              assertThat(method.getName()).isEqualTo("podAddress");
              asked.incrementAndGet();
              return inCluster.get();
            });
  }

  @Test
  void anAddressIsReadOnceAndAgainWhenItIsInDoubt() {
    await().until(() -> addresses.of(POD).equals(Optional.of("10.0.0.1")));
    inCluster.set(Optional.of("10.0.0.2"));
    for (int i = 0; i < 100; i++) {
      assertThat(addresses.of(POD)).contains("10.0.0.1");
    }
    assertThat(asked).hasValue(1);
    addresses.readAgain(POD);
    await().until(() -> addresses.of(POD).equals(Optional.of("10.0.0.2")));
    assertThat(asked).hasValue(2);
  }

  /** It has just been made anew. */
  @Test
  void aPodWithoutAnAddressIsAskedForUntilItHasOne() {
    await().until(() -> addresses.of(POD).isPresent());
    inCluster.set(Optional.empty());
    addresses.readAgain(POD);
    await().until(() -> addresses.of(POD).isEmpty());
    inCluster.set(Optional.of("10.0.0.2"));
    await().until(() -> addresses.of(POD).equals(Optional.of("10.0.0.2")));
  }

  @Test
  void nobodyDoubtsAPodThatIsForgotten() {
    await().until(() -> addresses.of(POD).isPresent());
    addresses.retain(Set.of());
    addresses.readAgain(POD);
    assertThat(asked).hasValue(1);
  }
}
