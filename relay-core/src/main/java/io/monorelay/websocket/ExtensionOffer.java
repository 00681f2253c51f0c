package io.monorelay.websocket;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One extension of a {@code Sec-WebSocket-Extensions} header, offered or agreed on (RFC 6455, section 9.1).
 *
 * @param parameters in the order of the header, repeated ones too
 */
record ExtensionOffer(String name, List<Parameter> parameters) {
    private static final String SEPARATORS = "()<>@,;:\\\"/[]?={}";

    /**
     * A parameter of an extension.
     *
     * @param value without its quotes; empty where there is none, for no value can be empty
     */
    record Parameter(String name, String value) {
        boolean hasValue() {
            return !value.isEmpty();
        }

        /** Whether the value is a decimal number within bounds, without zeros before it. */
        boolean isBetween(int least, int most) {
            for (int number = least; number <= most; number++) {
                if (value.equals(Integer.toString(number))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Reads a header; several lines of it count as one with commas between them. */
    static List<ExtensionOffer> parse(String header) throws ProtocolException {
        return new Parser(header).offers();
    }

    boolean repeatsParameters() {
        Set<String> names = parameters.stream().map(Parameter::name).collect(Collectors.toSet());
        return names.size() < parameters.size();
    }

    private static final class Parser {
        private final String text;
        private int position;

        Parser(String text) {
            this.text = text;
        }

        List<ExtensionOffer> offers() throws ProtocolException {
            List<ExtensionOffer> offers = new ArrayList<>();
            skipEmptyElements();
            while (position < text.length()) {
                offers.add(offer());
                if (position < text.length() && !take(',')) {
                    throw malformed();
                }
                skipEmptyElements();
            }
            if (offers.isEmpty()) {
                throw malformed();
            }
            return offers;
        }

        private ExtensionOffer offer() throws ProtocolException {
            String name = token();
            List<Parameter> parameters = new ArrayList<>();
            while (take(';')) {
                String parameter = token();
                parameters.add(new Parameter(parameter, take('=') ? value() : ""));
            }
            return new ExtensionOffer(name, List.copyOf(parameters));
        }

        /** What is quoted must be a token too. */
        private String value() throws ProtocolException {
            if (position == text.length() || text.charAt(position) != '"') {
                return token();
            }
            StringBuilder unquoted = new StringBuilder();
            position++;
            while (position < text.length() && text.charAt(position) != '"') {
                if (text.charAt(position) == '\\') {
                    position++;
                }
                unquoted.append(tokenCharacter());
            }
            if (position == text.length() || unquoted.isEmpty()) {
                throw malformed();
            }
            position++;
            skipBlanks();
            return unquoted.toString();
        }

        private char tokenCharacter() throws ProtocolException {
            if (position == text.length() || !isTokenCharacter(text.charAt(position))) {
                throw malformed();
            }
            return text.charAt(position++);
        }

        private String token() throws ProtocolException {
            int start = position;
            while (position < text.length() && isTokenCharacter(text.charAt(position))) {
                position++;
            }
            if (position == start) {
                throw malformed();
            }
            String token = text.substring(start, position);
            skipBlanks();
            return token;
        }

        private static boolean isTokenCharacter(char character) {
            return character > ' ' && character < 0x7F && SEPARATORS.indexOf(character) < 0;
        }

        private boolean take(char expected) {
            if (position == text.length() || text.charAt(position) != expected) {
                return false;
            }
            position++;
            skipBlanks();
            return true;
        }

        private void skipEmptyElements() {
            skipBlanks();
            while (take(',')) {
                skipBlanks();
            }
        }

        private void skipBlanks() {
            while (position < text.length() && (text.charAt(position) == ' ' || text.charAt(position) == '\t')) {
                position++;
            }
        }

        private ProtocolException malformed() {
            return new ProtocolException(
                    Fault.BAD_UPGRADE,
                    "a Sec-WebSocket-Extensions that is malformed from character " + position + " on");
        }
    }
}
