package io.monorelay.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermessageDeflateTest {
    private static final String WITH_WINDOW = PermessageDeflate.TERMS + "; server_max_window_bits=15";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                " permessage-deflate ",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate;client_max_window_bits=8",
                "permessage-deflate; client_max_window_bits=\"15\"",
                "permessage-deflate ; server_no_context_takeover ; client_no_context_takeover",
                "permessage-deflate; client_max_window_bits = 9",
                "x-webkit-deflate-frame, permessage-deflate",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate; client_max_window_bits",
                "permessage-deflate; unknown, permessage-deflate",
                ", ,permessage-deflate,",
            })
    void anOfferThatCanBeKeptIsAnsweredWithOurTerms(String header) throws Exception {
        assertThat(PermessageDeflate.answerTo(header)).isEqualTo(PermessageDeflate.TERMS);
    }

    @Test
    void theLargestWindowIsAgreedToWhenAskedFor() throws Exception {
        assertThat(PermessageDeflate.answerTo("permessage-deflate; server_max_window_bits=15"))
                .isEqualTo(WITH_WINDOW);
        assertThat(PermessageDeflate.answerTo("permessage-deflate; server_max_window_bits=\"1\\5\""))
                .isEqualTo(WITH_WINDOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-bzip2",
                "Permessage-Deflate",
                "permessage-deflate; unknown",
                "permessage-deflate; unknown=1",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=14",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; client_max_window_bits=x",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; client_max_window_bits; client_max_window_bits",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            })
    void anOfferThatCannotBeKeptIsDeclined(String header) throws Exception {
        assertThat(PermessageDeflate.answerTo(header)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                ";",
                "permessage-deflate;",
                "permessage-deflate; =1",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; client_max_window_bits=\"\"",
                "permessage-deflate; client_max_window_bits=\"15",
                "permessage-deflate; client_max_window_bits=\"1 5\"",
                "permessage-deflate; client_max_window_bits=\"15\\",
                "permessage-deflate; client_max_window_bits=1 5",
                "permessage deflate",
                "permessage-deflate; (comment)",
                "permessage-deflate\u0001",
                "permessage-déflate",
                "permessage-deflate, ;",
            })
    void aMalformedHeaderIsAFault(String header) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> PermessageDeflate.answerTo(header))
                .matches(fault -> fault.fault() == Fault.BAD_UPGRADE);
        assertThat(PermessageDeflate.isAgreement(header)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PermessageDeflate.TERMS,
                WITH_WINDOW,
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate;server_no_context_takeover;server_max_window_bits=8",
            })
    void aClientTakesWhatItAskedFor(String header) {
        assertThat(PermessageDeflate.isAgreement(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-bzip2; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_max_window_bits=15",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=16",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; server_no_context_takeover; unknown",
                PermessageDeflate.TERMS + ", " + PermessageDeflate.TERMS,
            })
    void aClientTakesNothingElse(String header) {
        assertThat(PermessageDeflate.isAgreement(header)).isFalse();
    }
}
