package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is refused before anything is installed, by name and with a remedy. */
class RefusalsTest {
  private Helm helm;

  @BeforeEach
  void findHelm() {
    helm = Helm.orSkip();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          image.repo=x                      | /image                     | repo
          imagee.tag=x                      | additional properties      | imagee
          image.pullPolicy=Sometimes        | /image/pullPolicy          | IfNotPresent
          image.digest=latest               | /image/digest              | pattern
          kubelet.dir=var/lib/kubelet       | /kubelet/dir               | pattern
          kubelet.dir=/var/lib/kubelet/     | /kubelet/dir               | pattern
          nvidia.enabled=maybe              | /nvidia/enabled            | want boolean
          nvidia.driverRoot=driver          | /nvidia/driverRoot         | pattern
          tpu.shapes=2by2                   | /tpu/shapes                | pattern
          tpu.shapes=2x2\\,proven             | /tpu/shapes                | pattern
          tpu.shapes=                       | /tpu/shapes                | pattern
          tpu.hostFacts=4x4                 | /tpu/hostFacts             | pattern
          tpu.hostFacts=TOPOLOGY=           | /tpu/hostFacts             | pattern
          tpu.envDir=etc/tpu                | /tpu/envDir                | pattern
          tpu.logDir=var/log/tpu            | /tpu/logDir                | pattern
          tpu.logDir=/                      | /tpu/logDir                | pattern
          tpu.logKeep=-1                    | /tpu/logKeep               | minimum
          tpu.logKeepFor=1 week             | /tpu/logKeepFor            | pattern
          tpu.metadataServer=https://m      | /tpu/metadataServer        | pattern
          simulate.machine=h100x9           | /simulate/machine          | h100x8
          driverName=Acceld_Dev             | /driverName                | pattern
          nodes.presets={aws}                 | /nodes/presets             | gke
          update.maxSurge=0                 | /update/maxSurge           | minimum
          update.maxSurge=0%                | /update/maxSurge           | pattern
          httpPort=70000                    | /httpPort                  | maximum
          httpPort=http                     | /httpPort                  | want integer
          resources.limits.memory=lots      | /resources/limits/memory   | pattern
          resources.limits.gpu=1            | /resources/limits          | gpu
          agent.logLevel=verbose            | /agent/logLevel            | debug
          uninstall.timeout=4 minutes       | /uninstall/timeout         | pattern
          extendedResources.nvidiaGpu=gpu   | /extendedResources/nvidiaGpu | pattern
          deviceClasses.extra[0].name=gpu   | /deviceClasses/extra/0     | type
          deviceClasses.extra[0].size=80Gi  | /deviceClasses/extra/0     | size
          deviceClasses.extra[0].vendor=3dfx | /deviceClasses/extra/0/vendor | nvidia
          dashboards.namespace=Grafana      | /dashboards/namespace      | pattern
          dashboards.folder=acceld          | /dashboards                | folder
          alerts.runbooks=our pages         | /alerts/runbooks           | pattern
          alerts.severity=critical          | /alerts                    | severity
          """)
  void aWrongValueIsNamed(String value, String where, String what) throws Exception {
    Helm.Result result = helm.template("--set", value);

    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).contains(where, what);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nodes.presets=null                                                        | set at least one of nodes.presets
          monitoring.serviceMonitor.enabled=true,monitoring.service.enabled=false   | needs monitoring.service.enabled
          monitoring.serviceMonitor.enabled=true,monitoring.podMonitor.enabled=true | enable only one
          monitoring.scheme=https                                                   | need web.secrets
          alerts.enabled=true,alerts.disabled={AcceleratorLoss}                     | alerts.disabled names AcceleratorLoss, and there is no alert of that name; the alerts are: AcceleratorLost
          monitoring.basicAuth.username.name=x                                      | need web.secrets
          extendedResources.googleTpu=google.com/tpu,deviceClasses.enabled=false    | needs deviceClasses.enabled, which is false
          deviceClasses.accelerator=true,deviceClasses.enabled=false                | deviceClasses.accelerator needs deviceClasses.enabled
          deviceClasses.extra[0].name=a,deviceClasses.extra[0].type=gpu,deviceClasses.extra[0].minMemory=1Gi,deviceClasses.enabled=false | deviceClasses.extra needs deviceClasses.enabled
          deviceClasses.extra[0].name=a,deviceClasses.extra[0].type=gpu,deviceClasses.extra[0].shape=2x2 | a has a shape, which only devices of type tpu-shape have
          deviceClasses.extra[0].name=a,deviceClasses.extra[0].type=gpu,deviceClasses.extra[0].profile=1g.10gb | a has a profile, which only devices of type mig have
          deviceClasses.extra[0].name=a,deviceClasses.extra[0].type=mig,deviceClasses.extra[0].vendor=nvidia,deviceClasses.extra[0].minMemory=1Gi | a has a vendor, which is for devices of type gpu
          deviceClasses.extra[0].name=a,deviceClasses.extra[0].type=gpu                                  | /deviceClasses/extra/0
          deviceClasses.extra[0].name=gpu,deviceClasses.extra[0].type=gpu,deviceClasses.extra[0].minMemory=1Gi | /deviceClasses/extra/0/name
          deviceClasses.extra[0].name=a,deviceClasses.extra[0].type=gpu,deviceClasses.extra[0].minMemory=1Gi,deviceClasses.extra[1].name=a,deviceClasses.extra[1].type=mig,deviceClasses.extra[1].minMemory=1Gi | two classes named a
          """)
  void valuesThatDoNotGoTogetherAreRefused(String values, String sentence) throws Exception {
    Helm.Result result = helm.template("--set", values);

    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).contains(sentence);
  }

  @Test
  void clustersWithoutTheApiAreRefused() throws Exception {
    Helm.Result result = helm.templateFor("1.33.5");

    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).contains(">=1.34.0").contains("1.33.5");
    assertThat(helm.templateFor("1.34.0").exit()).isZero();
    assertThat(helm.templateFor("1.34.4-gke.1001000").exit()).isZero();
  }

  @Test
  void extendedResourcesNeedACluster136() throws Exception {
    String on = "extendedResources.nvidiaGpu=nvidia.com/gpu";

    Helm.Result result = helm.templateFor("1.35.2", "--set", on);

    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).contains("1.36 or newer", "v1.35.2", "without their device");
    assertThat(helm.templateFor("1.36.0", "--set", on).exit()).isZero();
  }
}
