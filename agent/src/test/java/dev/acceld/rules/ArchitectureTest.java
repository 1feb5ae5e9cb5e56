package dev.acceld.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

/**
 * Dependencies point one way: agent, dra-plugin, device-probes; and inside them as designed. The
 * demo and the benchmarks are not on this module's class path, nor on that of any other.
 */
@AnalyzeClasses(packages = "dev.acceld", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] PROBES = {
    "dev.acceld.device..",
    "dev.acceld.host..",
    "dev.acceld.probe..",
    "dev.acceld.reset..",
    "dev.acceld.health..",
    "dev.acceld.kernel..",
    "dev.acceld.selftest..",
    "dev.acceld.vendor..",
    "dev.acceld.watch.."
  };

  @ArchTest
  static final ArchRule probesKnowNoKubernetes =
      noClasses()
          .that()
          .resideInAnyPackage(PROBES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.acceld.dra..",
              "dev.acceld.agent..",
              "dev.acceld.telemetry..",
              "dev.acceld.machine..",
              "io.fabric8..");

  /** libtpu's metrics are the only hardware readings that come over a connection. */
  @ArchTest
  static final ArchRule oneProbePackageHasConnections =
      noClasses()
          .that()
          .resideInAnyPackage(PROBES)
          .and()
          .resideOutsideOfPackage("dev.acceld.probe.tpu.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "io.netty..", "dev.acceld.libtpu..");

  @ArchTest
  static final ArchRule pluginKnowsNoVendor =
      noClasses()
          .that()
          .resideInAPackage("dev.acceld.dra..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.acceld.probe.*..",
              "dev.acceld.host..",
              "dev.acceld.machine..",
              "dev.acceld.agent..",
              "dev.acceld.telemetry..");

  @ArchTest
  static final ArchRule simulatedHardwareKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("dev.acceld.machine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.acceld.device..",
              "dev.acceld.host..",
              "dev.acceld.probe..",
              "dev.acceld.reset..",
              "dev.acceld.health..",
              "dev.acceld.dra..",
              "dev.acceld.agent..");

  @ArchTest
  static final ArchRule theModelKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("dev.acceld.device..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.acceld.host..", "dev.acceld.probe..", "dev.acceld.health..", "com.sun.jna..");

  @ArchTest
  static final ArchRule vendorsDoNotKnowEachOther =
      slices().matching("dev.acceld.probe.(*)..").should().notDependOnEachOther();

  /** What else is to be known of a vendor is in its VendorModule, found by a line in a file. */
  @ArchTest
  static final ArchRule nobodyKnowsAVendor =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.acceld.probe.*..", "dev.acceld.health.*..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.acceld.probe.*..", "dev.acceld.health.*..");

  @ArchTest
  static final ArchRule nativeCodeIsCalledInOnePlaceOfAVendor =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.acceld.probe.nvidia..", "dev.acceld.probe.intel.drm..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule theKubernetesClientStaysBehindItsInterface =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.acceld.dra.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.fabric8..");

  @ArchTest
  static final ArchRule theProductKnowsNoFakeControlPlane =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.acceld.fake..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.acceld.fake..");

  /** It has to be able to prove the product wrong: they share the kubelet's protocols only. */
  @ArchTest
  static final ArchRule theFakeControlPlaneKnowsNoProduct =
      noClasses()
          .that()
          .resideInAPackage("dev.acceld.fake..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.acceld..")
                  .and(resideOutsideOfPackages("dev.acceld.fake..", "dev.acceld.kubelet.proto..")));

  @ArchTest
  static final ArchRule telemetryChangesNothing =
      noClasses()
          .that()
          .resideInAPackage("dev.acceld.telemetry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.acceld.agent..", "dev.acceld.probe..", "dev.acceld.host..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.acceld.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheEntryPointEndsTheProcess =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.acceld.agent.cli.Main")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes()
          .that()
          .resideOutsideOfPackage("..proto..")
          .and()
          .haveSimpleName("package-info")
          .should()
          .beAnnotatedWith("org.jspecify.annotations.NullMarked");

  @ArchTest
  static final ArchRule nobodyPrintsPastTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.acceld.agent.cli..", "dev.acceld.fake.training..", "dev.acceld.telemetry..")
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);
}
