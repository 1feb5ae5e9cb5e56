package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cluster itself: when this fails, no other test has anything to say. */
@RealCluster
@Tag("main")
class ClusterIT {
  @Test
  void runsAPodAndTellsWhatItSaid(Workspace workspace) {
    workspace.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: hello}
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: busybox
              imagePullPolicy: IfNotPresent
              command: [sh, -c, "trap exit TERM; echo hello; sleep 3600 & wait"]
        """);
    workspace.awaitPhase("hello", "Running", Duration.ofMinutes(1));
    assertThat(workspace.logs("hello")).isEqualTo("hello\n");
    assertThat(workspace.exec("hello", "sh", "-c", "echo $((6 * 7))")).isEqualTo("42\n");
  }
}
