package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Device classes, and what else is there when a value says so. */
class ClassesTest {
  private Helm helm;

  @BeforeEach
  void findHelm() {
    helm = Helm.orSkip();
  }

  @Test
  void everyClassTestsDriverAndType() throws Exception {
    Objects objects = helm.objects("--set", "driverName=gpu.example.com");

    assertThat(objects.names("DeviceClass"))
        .containsExactlyInAnyOrder(
            "gpu.gpu.example.com",
            "amd-gpu.gpu.example.com",
            "intel-gpu.gpu.example.com",
            "mig.gpu.example.com",
            "tpu.gpu.example.com",
            "tpu-shape.gpu.example.com");
    for (String name : objects.names("DeviceClass")) {
      JsonNode spec = objects.get("DeviceClass", name).path("spec");
      assertThat(spec.at("/selectors/0/cel/expression").asText())
          .startsWith(
              "device.driver == \"gpu.example.com\" && device.attributes[\"gpu.example.com\"].type == \"");
      assertThat(spec.has("extendedResourceName")).isFalse();
    }
    assertThat(helm.objects("--set", "deviceClasses.domain=example.com").names("DeviceClass"))
        .contains("gpu.example.com");
  }

  /**
   * A quota counts by class: of two classes for the same devices the second one evades it. Classes
   * of the chart therefore ask for types that differ, or for vendors that do, unless the operator
   * wants the one that does not.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "driverName=acceld.dev",
        "extendedResources.nvidiaGpu=nvidia.com/gpu,extendedResources.googleTpu=google.com/tpu",
        "deviceClasses.domain=example.com,simulate.machine=h100x8",
      })
  void noDeviceIsInTwoClasses(String values) throws Exception {
    Objects objects = helm.objects("--set", values);
    List<String> types =
        objects.names("DeviceClass").stream()
            .map(name ->
                objects
                    .get("DeviceClass", name)
                    .at("/spec/selectors/0/cel/expression")
                    .asText()
                    .replaceFirst(
                        "(?s).*\\.type == \"([a-z-]+)\"(?:.*\\.vendor == \"([a-z]+)\")?.*",
                        "$1 $2"))
            .toList();

    assertThat(types)
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .allMatch(t -> t.matches("[a-z-]+ [a-z]*"))
        .contains("gpu nvidia", "gpu amd", "gpu intel")
        .doesNotContain("gpu "); // which would have the GPUs of all vendors
  }

  /** Whoever switches it on is told what it means for a quota, in each place they may look at. */
  @Test
  void theClassOfAllAcceleratorsIsThereWhenAskedFor() throws Exception {
    Helm.Result result = helm.template("--set", "deviceClasses.accelerator=true");
    Objects objects = new Objects(Tree.documents(result.out()));

    assertThat(helm.objects().names("DeviceClass")).doesNotContain("accelerator.acceld.dev");
    assertThat(
            objects
                .get("DeviceClass", "accelerator.acceld.dev")
                .at("/spec/selectors/0/cel/expression")
                .asText())
        .isEqualTo(
            "device.driver == \"acceld.dev\" && device.attributes[\"acceld.dev\"].type in [\"gpu\","
                + " \"tpu-chip\"]");
    assertThat(result.out()).contains("limit all").doesNotContain("No device is in two classes");
    assertThat(Tree.text(Tree.CHART.resolve("values.yaml"))).contains("quotas must limit too");
    assertThat(Tree.text(Tree.CHART.resolve("README.md")))
        .containsPattern("`deviceClasses.accelerator` .*ResourceQuota");
  }

  @Test
  void additionalClassesSelectByMemoryGenerationShapeAndProfile(@TempDir Path dir)
      throws Exception {
    Path values = dir.resolve("values.yaml");
    Files.writeString(
        values,
        """
        driverName: gpu.example.com
        deviceClasses:
          extra:
            - {name: gpu-80g, type: gpu, generations: [hopper, ampere], minMemory: 75Gi, belowMemory: 100Gi}
            - {name: amd-gpu-180g, type: gpu, vendor: amd, minMemory: 180Gi}
            - {name: tpu-2x2, type: tpu-shape, shape: 2x2}
            - {name: mig-1g, type: mig, profile: 1g.10gb}
        """);
    Helm.Result result = helm.template("-f", values.toString());
    Objects objects = new Objects(Tree.documents(result.out()));

    String mine =
        "device.driver == \"gpu.example.com\" && device.attributes[\"gpu.example.com\"].type == ";
    String memory =
        "device.capacity[\"gpu.example.com\"].?memory.orValue(quantity(\"0\")).compareTo(quantity(";
    assertThat(selectors(objects, "gpu-80g.gpu.example.com"))
        .containsExactly(
            mine + "\"gpu\" && device.attributes[\"acceld.dev\"].vendor == \"nvidia\"",
            "device.attributes[\"acceld.dev\"].?generation.orValue(\"\") in [\"hopper\",\"ampere\"]",
            memory + "\"75Gi\")) >= 0",
            "\"memory\" in device.capacity[\"gpu.example.com\"] && " + memory + "\"100Gi\")) < 0");
    assertThat(selectors(objects, "amd-gpu-180g.gpu.example.com"))
        .containsExactly(
            mine + "\"gpu\" && device.attributes[\"acceld.dev\"].vendor == \"amd\"",
            memory + "\"180Gi\")) >= 0");
    assertThat(selectors(objects, "tpu-2x2.gpu.example.com"))
        .containsExactly(
            mine + "\"tpu-shape\"",
            "device.attributes[\"gpu.example.com\"].?shape.orValue(\"\") == \"2x2\"");
    assertThat(selectors(objects, "mig-1g.gpu.example.com"))
        .containsExactly(
            mine + "\"mig\"",
            "device.attributes[\"gpu.example.com\"].?profile.orValue(\"\") == \"1g.10gb\"");
    assertThat(result.out()).contains("limit all").doesNotContain("No device is in two classes");
    assertThat(Tree.text(Tree.DAEMONSET.resolve("SECURITY.md"))).contains("`deviceClasses.extra`");
  }

  private static List<String> selectors(Objects objects, String name) {
    return objects.get("DeviceClass", name).path("spec").findValuesAsText("expression");
  }

  /** The names that SECURITY.md tells people to bound are all the classes that there are. */
  @Test
  void theQuotaOfTheSecurityPageHasEveryClass() throws Exception {
    String page = Tree.text(Tree.DAEMONSET.resolve("SECURITY.md"));
    for (String name :
        helm.objects("--set", "deviceClasses.accelerator=true").names("DeviceClass")) {
      assertThat(page).contains(name + ".deviceclass.resource.k8s.io/devices");
    }
  }

  @Test
  void extendedResourcesAreOnTheClassOfTheirKindAndOfTheirVendorAlone() throws Exception {
    Objects objects =
        helm.objects(
            "--set",
            "extendedResources.nvidiaGpu=nvidia.com/gpu,extendedResources.googleTpu=google.com/tpu");

    assertThat(extended(objects, "gpu.acceld.dev")).isEqualTo("nvidia.com/gpu");
    assertThat(extended(objects, "tpu.acceld.dev")).isEqualTo("google.com/tpu");
    assertThat(extended(objects, "mig.acceld.dev")).isEmpty();
    assertThat(
            objects
                .get("DeviceClass", "gpu.acceld.dev")
                .at("/spec/selectors/0/cel/expression")
                .asText())
        .endsWith("device.attributes[\"acceld.dev\"].vendor == \"nvidia\"");
  }

  @Test
  void theTestAsksForAClassThatIsThere() throws Exception {
    Objects objects = helm.objects("--set", "driverName=gpu.example.com");
    JsonNode request =
        objects
            .get("ResourceClaimTemplate", "acceld-test")
            .at("/spec/spec/devices/requests/0/firstAvailable");

    assertThat(objects.names("DeviceClass"))
        .containsAll(request.findValuesAsText("deviceClassName"));
    assertThat(
            helm.objects("--set", "test.deviceClass=my.class")
                .get("ResourceClaimTemplate", "acceld-test")
                .at("/spec/spec/devices/requests/0/exactly/deviceClassName")
                .asText())
        .isEqualTo("my.class");
  }

  @Test
  void monitorsPoliciesAndQuotasAreThereWhenAskedFor() throws Exception {
    Objects none = helm.objects();
    assertThat(none.names("PodMonitor")).isEmpty();
    assertThat(none.names("ServiceMonitor")).isEmpty();
    assertThat(none.names("NetworkPolicy")).isEmpty();
    assertThat(none.names("ResourceQuota")).isEmpty();

    Objects all =
        helm.objects(
            "--set",
            "monitoring.podMonitor.enabled=true,networkPolicy.enabled=true,resourceQuota.enabled=true,resourceQuota.pods=2000000");
    // A free device has no pod: the agent's own name must not be taken for its user's.
    assertThat(
            all.get("PodMonitor", "acceld")
                .at("/spec/podMetricsEndpoints/0/relabelings/0/action")
                .asText())
        .isEqualTo("labeldrop");
    assertThat(
            all.get("NetworkPolicy", "acceld").at("/spec/egress/0/ports").findValuesAsText("port"))
        .containsExactly("443", "6443");
    assertThat(all.get("NetworkPolicy", "acceld").at("/spec/egress/1").toString())
        .contains("169.254.169.254/32");
    assertThat(all.get("NetworkPolicy", "acceld").at("/spec/egress/2").toString())
        .contains("namespaceSelector", "8431");
    for (String values :
        List.of("tpu.metadataServer=off", "tpu.metadataServer=false", "simulate.machine=h100x8")) {
      assertThat(
              helm.objects("--set", "networkPolicy.enabled=true,tpu.runtimeMetrics=false," + values)
                  .get("NetworkPolicy", "acceld")
                  .at("/spec/egress"))
          .as(values)
          .hasSize(1);
    }
    assertThat(all.get("ResourceQuota", "acceld").at("/spec/hard/pods").asText())
        .isEqualTo("2000000");
    assertThat(
            helm.objects("--set", "monitoring.serviceMonitor.enabled=true").names("ServiceMonitor"))
        .containsExactly("acceld");
  }

  @Test
  void theWebConfigurationFileIsMountedAndTheMonitorsFollow() throws Exception {
    assertThat(helm.objects().env()).doesNotContainKey("ACCELD_WEB_CONFIG_FILE");
    for (String monitor : List.of("PodMonitor", "ServiceMonitor")) {
      Objects all =
          helm.objects(
              "--set",
              "web.secrets={acceld-web,acceld-tls},monitoring.scheme=https"
                  + ",monitoring.tlsConfig.serverName=acceld,monitoring.basicAuth.username.name=u,"
                  + (monitor.startsWith("Pod")
                      ? "monitoring.podMonitor"
                      : "monitoring.serviceMonitor")
                  + ".enabled=true");
      assertThat(all.env())
          .containsEntry("ACCELD_WEB_CONFIG_FILE", "/run/acceld-web/web-config.yml");
      JsonNode volumes = all.pod().path("volumes");
      assertThat(volumes.findValues("projected").getFirst().findValuesAsText("name"))
          .containsExactly("acceld-web", "acceld-tls");
      JsonNode endpoint = all.get(monitor, "acceld").path("spec").findParent("scheme");
      assertThat(endpoint.path("scheme").asText()).isEqualTo("https");
      assertThat(endpoint.at("/tlsConfig/serverName").asText()).isEqualTo("acceld");
      assertThat(endpoint.at("/basicAuth/username/name").asText()).isEqualTo("u");
      assertThat(all.agent().at("/livenessProbe/httpGet").has("scheme"))
          .as("the kubelet has no certificate")
          .isFalse();
    }
  }

  private static String extended(Objects objects, String name) {
    return objects.get("DeviceClass", name).at("/spec/extendedResourceName").asText();
  }
}
