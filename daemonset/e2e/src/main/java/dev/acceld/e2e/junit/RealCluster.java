package dev.acceld.e2e.junit;

import dev.acceld.e2e.components.Controller;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of this class run on a real cluster: parameters of type {@link
 * dev.acceld.e2e.kube.Cluster} and {@link dev.acceld.e2e.kube.Workspace} (a namespace that is gone
 * after the test) are handed to them. Classes that ask for the same kind of cluster share one.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(ClusterExtension.class)
public @interface RealCluster {
  /** Kubernetes' version; empty for the newest. */
  String version() default "";

  /** The kubelet's version; empty for the cluster's. */
  String kubelet() default "";

  /** Feature gates, each {@code Name=true} or {@code Name=false}. */
  String[] gates() default {};

  /** The longest pause before a failing container is restarted, such as {@code 1s}. */
  String restartPeriod() default "";

  /** How many nodes. */
  int nodes() default 1;

  /** Controllers besides Kubernetes' own. */
  Controller[] controllers() default {};
}
