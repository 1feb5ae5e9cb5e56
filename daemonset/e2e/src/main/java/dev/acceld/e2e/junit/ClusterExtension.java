package dev.acceld.e2e.junit;

import dev.acceld.e2e.cluster.ClusterConfig;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Behind {@link RealCluster}. */
final class ClusterExtension implements ExecutionCondition, ParameterResolver, AfterEachCallback {
  private static final Namespace STORE = Namespace.create(ClusterExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Suite suite = Suite.chosen();
    RealCluster wanted = wanted(context);
    if (suite.kubeconfig().isPresent()) {
      return onUsersCluster(context, wanted);
    }
    ClusterConfig config = configOf(wanted);
    List<String> obstacles =
        new Components(Cache.ofThisUser(), config.versions(), config.controllers(), line -> {})
            .obstacles();
    if (!obstacles.isEmpty() && !suite.required()) {
      return ConditionEvaluationResult.disabled("no cluster here: " + String.join("; ", obstacles));
    }
    return ConditionEvaluationResult.enabled("on a local cluster");
  }

  private static ConditionEvaluationResult onUsersCluster(
      ExtensionContext context, RealCluster wanted) {
    if (!configOf(wanted).equals(ClusterConfig.newest())) {
      return ConditionEvaluationResult.disabled("needs its own kind of cluster");
    }
    boolean ownOnly =
        AnnotationSupport.isAnnotated(context.getElement(), OwnClusterOnly.class)
            || AnnotationSupport.isAnnotated(context.getRequiredTestClass(), OwnClusterOnly.class);
    return ownOnly
        ? ConditionEvaluationResult.disabled("breaks things: does not run on the user's cluster")
        : ConditionEvaluationResult.enabled("on the cluster of the kubeconfig");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Cluster.class || type == Workspace.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Cluster cluster = shared(context).cluster(configOf(wanted(context)));
    if (parameter.getParameter().getType() == Cluster.class) {
      return cluster;
    }
    return context
        .getStore(STORE)
        .getOrComputeIfAbsent(
            "workspace", key -> cluster.workspace(nameFor(context)), Workspace.class);
  }

  /** A namespace's name that tells which test it is of. */
  private static String nameFor(ExtensionContext context) {
    String test = context.getTestMethod().map(m -> m.getName()).orElse("all");
    String name =
        (context.getRequiredTestClass().getSimpleName() + "-" + test)
            .replaceAll("([a-z])([A-Z])", "$1-$2")
            .replaceAll("[^A-Za-z0-9-]", "-")
            .toLowerCase(Locale.ROOT);
    String unique = Long.toString(System.nanoTime() & 0xfffff, 36);
    return "e2e-" + name.substring(0, Math.min(50, name.length())) + "-" + unique;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Optional<Throwable> failure = context.getExecutionException();
    Clusters clusters = shared(context);
    Optional<Workspace> workspace =
        Optional.ofNullable(context.getStore(STORE).remove("workspace", Workspace.class));
    if (failure.isPresent()) {
      clusters.keepEvidence(
          context.getRequiredTestClass().getSimpleName()
              + "."
              + context.getRequiredTestMethod().getName(),
          workspace);
    }
    workspace.ifPresent(Workspace::delete);
  }

  private static Clusters shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .getOrComputeIfAbsent(Clusters.class, key -> new Clusters(Suite.chosen()), Clusters.class);
  }

  private static RealCluster wanted(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getRequiredTestClass(), RealCluster.class)
        .orElseThrow(() -> new IllegalStateException("@RealCluster is missing"));
  }

  static ClusterConfig configOf(RealCluster wanted) {
    return Kinds.of(
            wanted.version(), wanted.kubelet(), List.of(wanted.gates()), wanted.restartPeriod())
        .with(wanted.nodes(), Set.of(wanted.controllers()));
  }
}
