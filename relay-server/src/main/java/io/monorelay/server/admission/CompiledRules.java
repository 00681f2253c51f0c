package io.monorelay.server.admission;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.AddressBlock;
import io.monorelay.server.config.Subject;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Some rules in a shape in which they are looked up fast: a key by its hash, an address by that of each length of prefix. */
final class CompiledRules {
    private final Set<NodeKey> keys = new HashSet<>();

    /** By the number of bits, and of how many the address has: a block of 24 bits of IPv4 is none of IPv6. */
    private final Map<PrefixLength, Set<AddressBlock>> blocks = new HashMap<>();

    private record PrefixLength(int bits, int ofBits) {}

    CompiledRules(Collection<AccessRule> rules, AccessRule.Kind kind) {
        for (AccessRule rule : rules) {
            if (rule.kind() == kind) {
                add(rule.subject());
            }
        }
    }

    private void add(Subject subject) {
        switch (subject) {
            case Subject.OfKey named -> keys.add(named.key());
            case Subject.OfAddresses named ->
                blocks.computeIfAbsent(lengthOf(named.block()), length -> new HashSet<>())
                        .add(named.block());
        }
    }

    private static PrefixLength lengthOf(AddressBlock block) {
        return new PrefixLength(block.bits(), block.addressBits());
    }

    boolean hasKeys() {
        return !keys.isEmpty();
    }

    boolean hasAddresses() {
        return !blocks.isEmpty();
    }

    boolean name(NodeKey key) {
        return keys.contains(key);
    }

    boolean name(InetAddress address) {
        int bits = address.getAddress().length * Byte.SIZE;
        for (Map.Entry<PrefixLength, Set<AddressBlock>> sameLength : blocks.entrySet()) {
            PrefixLength length = sameLength.getKey();
            if (length.ofBits() == bits && sameLength.getValue().contains(AddressBlock.of(address, length.bits()))) {
                return true;
            }
        }
        return false;
    }
}
