package io.monorelay.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import java.util.ArrayList;
import java.util.List;

/** What ARCHITECTURE.md says about the imports, held by the build. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    static final String ROOT = "io.monorelay";

    /** The packages of relay-core, lowest first. A package may import from the lines above its own, and from no other. */
    private static final List<List<String>> CORE_LAYERS = List.of(
            List.of("protocol"),
            List.of("metrics", "websocket", "crypto"),
            List.of("handshake", "refs", "log"),
            List.of("store"),
            List.of("peer"),
            List.of("fanout"),
            List.of("relay"),
            List.of("client"));

    @ArchTest
    static final ArchRule coreImportsRunOneWay =
            CompositeArchRule.of(layerRules()).as("imports of relay-core run one way");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule coreDoesNotKnowTheServer = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".server..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule configKnowsNoOtherPartOfTheServer = noClasses()
            .that()
            .resideInAPackage(ROOT + ".server.config..")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".server..")
                    .and(JavaClass.Predicates.resideOutsideOfPackage(ROOT + ".server.config..")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothingDependsOnTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".server.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".server.cli..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule pipelinesAreAssembledInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".server.net..")
            .and()
            .haveNameNotMatching("io\\.monorelay\\.(client|server\\.forward)\\.\\w*Pipeline(\\$.*)?")
            .should()
            .callMethodWhere(target(nameMatching("add(First|Last|Before|After)"))
                    .and(target(owner(JavaClass.Predicates.assignableTo(ChannelPipeline.class)))))
            .as("pipelines are assembled in server.net, and in the one …Pipeline class of each client")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule environmentIsReadInConfigOnly = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".server.config..")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule handlersAreConfinedNotVolatile = fields().that()
            .areDeclaredInClassesThat()
            .areAssignableTo(ChannelHandler.class)
            .or()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(ROOT + ".peer..", ROOT + ".fanout..")
            .should()
            .notHaveModifier(JavaModifier.VOLATILE)
            .because("what a loop owns is touched by that loop alone")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule namesAreNounsOfThisDomain = noClasses()
            .should()
            .haveSimpleNameStartingWith("Abstract")
            .orShould()
            .haveNameMatching(".*(Impl|Manager|Helper|Utils?|Base)")
            .allowEmptyShould(true);

    private static List<ArchRule> layerRules() {
        List<ArchRule> rules = new ArrayList<>();
        for (int layer = 0; layer < CORE_LAYERS.size(); layer++) {
            for (String name : CORE_LAYERS.get(layer)) {
                rules.add(importsNothingOf(name, layersFrom(layer)));
            }
        }
        return rules;
    }

    private static List<String> layersFrom(int layer) {
        return CORE_LAYERS.subList(layer, CORE_LAYERS.size()).stream()
                .flatMap(List::stream)
                .toList();
    }

    private static ArchRule importsNothingOf(String name, List<String> others) {
        String[] forbidden = others.stream()
                .filter(other -> !other.equals(name))
                .map(other -> ROOT + "." + other + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true);
    }
}
