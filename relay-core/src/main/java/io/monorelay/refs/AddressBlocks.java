package io.monorelay.refs;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of IP addresses that are not public: the IANA special-purpose registries (RFC 6890 and its updates) for
 * IPv4 and IPv6. An IPv6 address that stands for an IPv4 one is judged as that.
 */
final class AddressBlocks {
    /** Nobody can be called there, whatever the configuration says. */
    private static final List<Block> NEVER_CALLED = List.of(
            Block.of("0.0.0.0/8", "an address of \"this network\""),
            Block.of("224.0.0.0/4", "a multicast address"),
            Block.of("240.0.0.0/4", "a reserved address"),
            Block.of("::/128", "the unspecified address"),
            Block.of("ff00::/8", "a multicast address"));

    private static final List<Block> NOT_PUBLIC = List.of(
            Block.of("10.0.0.0/8", "a private address"),
            Block.of("100.64.0.0/10", "an address shared behind a carrier's NAT"),
            Block.of("127.0.0.0/8", "a loopback address"),
            Block.of("169.254.0.0/16", "a link-local address"),
            Block.of("172.16.0.0/12", "a private address"),
            Block.of("192.0.0.0/24", "an address for protocol assignments"),
            Block.of("192.0.2.0/24", "an address for documentation"),
            Block.of("192.88.99.0/24", "an address of 6to4 relays"),
            Block.of("192.168.0.0/16", "a private address"),
            Block.of("198.18.0.0/15", "an address for benchmarks"),
            Block.of("198.51.100.0/24", "an address for documentation"),
            Block.of("203.0.113.0/24", "an address for documentation"),
            Block.of("::1/128", "a loopback address"),
            Block.of("fc00::/7", "a private address"),
            Block.of("fe80::/10", "a link-local address"),
            Block.of("fec0::/10", "a site-local address"),
            Block.of("2001::/23", "an address for protocol assignments"),
            Block.of("2001:db8::/32", "an address for documentation"),
            Block.of("3fff::/20", "an address for documentation"));

    private static final Block GLOBAL_UNICAST = Block.of("2000::/3", "a global address");

    /** IPv6 blocks whose addresses carry an IPv4 one, each with the place where it starts. */
    private static final List<Embedding> EMBEDDINGS = List.of(
            new Embedding(AddressBlock.MAPPED, 12),
            new Embedding(Block.of("64:ff9b::/96", "NAT64").addresses(), 12),
            new Embedding(Block.of("2002::/16", "6to4").addresses(), 2));

    private static final int IPV4_BYTES = 4;

    private AddressBlocks() {}

    /** What kind of address this is, if nobody can be called there; else null. */
    static @Nullable String neverCalled(byte[] address) {
        return kindOf(judged(address), NEVER_CALLED);
    }

    /** What kind of address this is, if it is not public; else null. */
    static @Nullable String notPublic(byte[] address) {
        byte[] judged = judged(address);
        String never = kindOf(judged, NEVER_CALLED);
        if (never != null) {
            return never;
        }
        String special = kindOf(judged, NOT_PUBLIC);
        boolean known = judged.length == IPV4_BYTES || GLOBAL_UNICAST.contains(judged);
        return special != null || known ? special : "an address outside 2000::/3";
    }

    /** The address that a literal in digits and dots or colons names; null for anything else. */
    static byte @Nullable [] literal(String host) {
        return AddressBlock.literal(host);
    }

    private static byte[] judged(byte[] address) {
        for (Embedding embedding : EMBEDDINGS) {
            if (embedding.block().contains(address)) {
                return Arrays.copyOfRange(address, embedding.offset(), embedding.offset() + IPV4_BYTES);
            }
        }
        return address;
    }

    private static @Nullable String kindOf(byte[] address, List<Block> blocks) {
        for (Block block : blocks) {
            if (block.contains(address)) {
                return block.kind();
            }
        }
        return null;
    }

    private record Embedding(AddressBlock block, int offset) {}

    /** A block of the registries, and what its addresses are. */
    private record Block(AddressBlock addresses, String kind) {
        static Block of(String cidr, String kind) {
            AddressBlock addresses = AddressBlock.parse(cidr);
            if (addresses == null) {
                throw new IllegalArgumentException("\"" + cidr + "\", expected address/bits");
            }
            return new Block(addresses, kind);
        }

        boolean contains(byte[] address) {
            return addresses.contains(address);
        }
    }
}
