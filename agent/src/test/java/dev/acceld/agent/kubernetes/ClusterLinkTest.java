package dev.acceld.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DeviceHolder;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterLinkTest {

  /**
   * A method with a default would otherwise do nothing in a whole agent, and nobody would notice.
   */
  @Test
  void everyQuestionReachesTheCluster() throws Exception {
    List<String> reached = new ArrayList<>();
    ClusterView cluster =
        (ClusterView)
            Proxy.newProxyInstance(
                ClusterView.class.getClassLoader(),
                new Class<?>[] {ClusterView.class},
                (proxy, method, args) -> {
                  reached.add(method.getName());
                  return Map.of(
                          boolean.class, (Object) true,
                          Map.class, Map.of(),
                          List.class, List.of(),
                          Optional.class, Optional.empty())
                      .get(method.getReturnType());
                });
    ClusterLink link = new ClusterLink();
    link.connect(cluster);
    for (Method method : ClusterView.class.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      reached.clear();
      Object[] arguments =
          method.getParameterCount() == 0
              ? new Object[0]
              : new Object[] {new DeviceHolder("ns/c", "uid", List.of())};
      method.invoke(link, arguments);
      assertThat(reached).as(method.getName()).containsExactly(method.getName());
    }
  }
}
