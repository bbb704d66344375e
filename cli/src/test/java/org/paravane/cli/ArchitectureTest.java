package org.paravane.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The arrows between the modules and what only the command line may do, over the main classes of every module. */
class ArchitectureTest {
  /** The modules, lowest first. A module may use those of the lines below its own. */
  private static final List<Set<String>> LAYERS =
      List.of(
          Set.of("emulator-core"),
          Set.of("boot-protocol"),
          Set.of("images", "hypercall-shim"),
          Set.of("harness", "debug-tools"),
          Set.of("cli"));

  /** Where the classes of a module lie: in its target/classes, or in the jar made of them. */
  private static final Pattern LOCATION =
      Pattern.compile(".*/([a-z-]+)/target/(classes|[^/]+\\.jar!)/org/paravane/.*");

  /** Members of the JDK that reach the process around a library. */
  private static final Map<String, Set<String>> PROCESS =
      Map.of(
          "java.lang.System",
              Set.of(
                  "out", "err", "in", "exit", "getenv", "getProperty", "getProperties", "console"),
          "java.lang.Runtime", Set.of("exit", "halt"),
          "java.lang.Throwable", Set.of("printStackTrace"));

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("org.paravane");

  @Test
  void modulesUseOnlyTheModulesBelowThem() {
    classes().should(useOnlyLowerModules()).check(MAIN);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("org.paravane.(**)").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void onlyTheCommandLinePrintsExitsOrReadsItsEnvironment() {
    noClasses().that(areOutside("cli")).should().accessTargetWhere(reachesTheProcess()).check(MAIN);
  }

  private static ArchCondition<JavaClass> useOnlyLowerModules() {
    return new ArchCondition<>("use only modules below their own") {
      @Override
      public void check(JavaClass origin, ConditionEvents events) {
        origin.getDirectDependenciesFromSelf().stream()
            .filter(dependency -> isOurs(dependency.getTargetClass().getBaseComponentType()))
            .filter(
                dependency -> !mayUse(origin, dependency.getTargetClass().getBaseComponentType()))
            .forEach(dependency ->
                events.add(SimpleConditionEvent.violated(origin, dependency.getDescription())));
      }
    };
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith("org.paravane");
  }

  private static boolean mayUse(JavaClass user, JavaClass used) {
    String userModule = module(user);
    String usedModule = module(used);
    return userModule.equals(usedModule) || layer(usedModule) < layer(userModule);
  }

  private static int layer(String module) {
    for (int layer = 0; layer < LAYERS.size(); layer++) {
      if (LAYERS.get(layer).contains(module)) {
        return layer;
      }
    }
    throw new AssertionError("module " + module + " has no place in the architecture");
  }

  private static String module(JavaClass type) {
    String location = type.getSource().orElseThrow().getUri().toString();
    Matcher matcher = LOCATION.matcher(location);
    if (!matcher.matches()) {
      throw new AssertionError(type.getName() + " was found outside every module, in " + location);
    }
    return matcher.group(1);
  }

  private static DescribedPredicate<JavaClass> areOutside(String module) {
    return DescribedPredicate.describe(
        "are outside " + module, type -> !module(type).equals(module));
  }

  private static DescribedPredicate<JavaAccess<?>> reachesTheProcess() {
    return DescribedPredicate.describe(
        "reaches the process around them",
        access -> {
          Optional<? extends JavaMember> member = access.getTarget().resolveMember();
          String owner =
              member
                  .map(JavaMember::getOwner)
                  .map(JavaClass::getName)
                  .orElse(access.getTargetOwner().getName());
          return PROCESS.getOrDefault(owner, Set.of()).contains(access.getTarget().getName());
        });
  }
}
