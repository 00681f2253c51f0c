package io.monorelay.refs;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses that begin with the same bits (CIDR, RFC 4632 and RFC 4291, section 2.3), or a single address. An
 * IPv6 address that stands for an IPv4 one, {@code ::ffff:a.b.c.d}, is that one. Immutable; any thread.
 */
public final class AddressBlock {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int MAPPED_PREFIX_BITS = 96;

    /** The IPv6 addresses that stand for IPv4 ones (RFC 4291, section 2.5.5.2). */
    static final AddressBlock MAPPED =
            new AddressBlock(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}, MAPPED_PREFIX_BITS);

    private final byte[] prefix;
    private final int bits;

    private AddressBlock(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /**
     * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or one address. Bits beyond the prefix are taken for zeros.
     *
     * @return the block, or null where the text is none
     */
    public static @Nullable AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = literal(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        int most = address.length * Byte.SIZE;
        int bits = slash < 0 ? most : prefixLength(text.substring(slash + 1), most);
        return bits < 0 ? null : of(address, bits);
    }

    private static int prefixLength(String digits, int most) {
        if (!digits.matches("[0-9]{1,3}")) {
            return -1;
        }
        int bits = Integer.parseInt(digits);
        return bits <= most ? bits : -1;
    }

    /** The block of all addresses whose first bits are those of that address: its network. */
    public static AddressBlock of(InetAddress address, int bits) {
        byte[] bytes = address.getAddress();
        if (bits < 0 || bits > bytes.length * Byte.SIZE) {
            throw new IllegalArgumentException(bits + " bits of " + address + ", expected as many as it has");
        }
        return of(bytes, bits);
    }

    private static AddressBlock of(byte[] address, int bits) {
        boolean mapped = bits >= MAPPED_PREFIX_BITS && isMapped(address);
        byte[] prefix = mapped ? unmapped(address) : address.clone();
        int kept = mapped ? bits - MAPPED_PREFIX_BITS : bits;
        for (int i = 0; i < prefix.length; i++) {
            int keptOfByte = Math.clamp(kept - (long) i * Byte.SIZE, 0, Byte.SIZE);
            prefix[i] &= (byte) (0xff << (Byte.SIZE - keptOfByte));
        }
        return new AddressBlock(prefix, kept);
    }

    /** The address that a literal in digits and dots or colons names; null for anything else. */
    static byte @Nullable [] literal(String host) {
        return NetUtil.createByteArrayFromIpAddressString(host);
    }

    /** How many bits its addresses have in common. */
    public int bits() {
        return bits;
    }

    /** How many bits its addresses have. */
    public int addressBits() {
        return prefix.length * Byte.SIZE;
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return contains(isMapped(bytes) ? unmapped(bytes) : bytes);
    }

    /** The same for the 4 or 16 bytes of an address, as they are. */
    boolean contains(byte[] address) {
        if (address.length != prefix.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        int rest = bits % Byte.SIZE;
        return Arrays.equals(prefix, 0, whole, address, 0, whole)
                && (rest == 0 || ((prefix[whole] ^ address[whole]) & 0xff) >> (Byte.SIZE - rest) == 0);
    }

    private static boolean isMapped(byte[] address) {
        return address.length == IPV6_BYTES && MAPPED.contains(address);
    }

    private static byte[] unmapped(byte[] address) {
        return Arrays.copyOfRange(address, IPV6_BYTES - IPV4_BYTES, IPV6_BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressBlock block && bits == block.bits && Arrays.equals(prefix, block.prefix);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(prefix) + bits;
    }

    /** As {@link #parse} reads it, a single address without its length. */
    @Override
    public String toString() {
        String address = NetUtil.bytesToIpAddress(prefix);
        return bits == prefix.length * Byte.SIZE ? address : address + "/" + bits;
    }
}
