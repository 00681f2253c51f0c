/** WebSocket servers as somebody would write them without a relay: what one client sends goes to all. */
package io.monorelay.compare;
