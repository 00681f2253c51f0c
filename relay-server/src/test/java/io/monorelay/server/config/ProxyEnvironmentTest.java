package io.monorelay.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.monorelay.client.ProxyAddress;
import io.monorelay.client.ProxyAddress.Kind;
import io.monorelay.client.ProxySettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProxyEnvironmentTest {
    @Test
    void anEnvironmentWithoutProxiesNamesNone() {
        ProxySettings settings = ProxyEnvironment.of(Map.of("HTTP_PROXY", " ", "PATH", "/bin"));
        assertThat(settings.secure()).isNull();
        assertThat(settings.plain()).isNull();
    }

    @Test
    void eachSchemeHasItsProxyAndOneForAllFillsTheGap() {
        ProxySettings settings = ProxyEnvironment.of(
                Map.of("https_proxy", "http://user:pass@secure:3128", "ALL_PROXY", "socks5h://all"));
        assertThat(settings.secure()).isEqualTo(new ProxyAddress(Kind.HTTP, "secure", 3128, "user", "pass"));
        assertThat(settings.plain()).isEqualTo(new ProxyAddress(Kind.SOCKS5, "all", 1080, null, null));
    }

    @Test
    void aProxyWithoutASchemeSpeaksHttp() {
        assertThat(ProxyEnvironment.of(Map.of("HTTP_PROXY", "proxy:8080")).plain())
                .isEqualTo(new ProxyAddress(Kind.HTTP, "proxy", 8080, null, null));
    }

    @Test
    void thisMachineAndWhatIsNamedAreReachedDirectly() {
        assertThat(ProxyEnvironment.of(Map.of("NO_PROXY", "Example.org, .test 10.0.0.1"))
                        .direct())
                .containsExactly("localhost", "127.0.0.1", "::1", "example.org", ".test", "10.0.0.1");
    }

    @Test
    void aProxyThatCannotBeUsedIsToldByItsVariableAndWithoutItsPassword() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyEnvironment.of(Map.of("ALL_PROXY", "https://user:secret@proxy")))
                .withMessageContaining("ALL_PROXY")
                .withMessageContaining("socks5://HOST:PORT")
                .withMessageNotContaining("secret");
    }
}
