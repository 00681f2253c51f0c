package io.monorelay.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.bench.profile.Layer;
import io.monorelay.bench.profile.Profile;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ProfileReportTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Machine MACHINE = new Machine("AMD EPYC", 2, "amd64", "Linux 6", "JDK 25", "abc1234");
    private static final String FIGURES = """
            {"server_cpu_us_per_delivery": 0.5, "deliveries_per_s": 200000, "published_per_s": 2000}
            """;

    @Test
    void layerTakesItsShareOfWhatADeliveryAndAMessageCost() {
        assertThat(report(FIGURES).markdown("w3.html"))
                .contains("[flame graph](w3.html)")
                .contains("- 2,000 messages/s, 200,000 deliveries/s")
                .contains("| Ed25519 | 75.0 % | 375.0 | 37.50 |\n| fan-out | 25.0 % | 125.0 | 12.50 |\n")
                .contains("| all of it | 100.0 % | 500.0 | 50.00 |")
                .doesNotContain("garbage");
    }

    @Test
    void runThatLostMessagesIsNotToBeTrusted() {
        assertThat(report("{\"loss\": 3}").markdown("w3.html")).contains("Not to be trusted: loss 3");
    }

    @Test
    void samplesAreKeptBesideTheFigures() {
        JsonNode json = JSON.readTree(report(FIGURES).json());
        assertThat(json.path("samples").path("SIGNATURE").asInt()).isEqualTo(75);
        assertThat(json.path("runs").path(0).path("figures")).isEqualTo(JSON.readTree(FIGURES));
    }

    private static ProfileReport report(String figures) {
        return new ProfileReport(
                new Circumstances(LocalDate.of(2025, 1, 1), MACHINE, Plan.FULL),
                new Run(Workload.W3, Contender.RELAY, 1, JSON.readTree(figures)),
                new Profile(Map.of(Layer.SIGNATURE, 75L, Layer.FAN_OUT, 25L)));
    }
}
