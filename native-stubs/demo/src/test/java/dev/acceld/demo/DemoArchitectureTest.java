package dev.acceld.demo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Everything may be used here, and nothing else knows of what is here. */
@AnalyzeClasses(packages = "dev.acceld", importOptions = DoNotIncludeTests.class)
class DemoArchitectureTest {
  private static final String[] HERE = {"dev.acceld.demo..", "dev.acceld.bench.."};

  @ArchTest
  static final ArchRule nobodyKnowsTheDemo =
      noClasses()
          .that()
          .resideOutsideOfPackages(HERE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(HERE);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.acceld.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheEntryPointEndsTheProcess =
      noClasses()
          .that()
          .resideInAnyPackage(HERE)
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes()
          .that()
          .resideInAnyPackage(HERE)
          .and()
          .haveSimpleName("package-info")
          .should()
          .beAnnotatedWith("org.jspecify.annotations.NullMarked");
}
