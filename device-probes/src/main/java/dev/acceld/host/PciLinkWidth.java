package dev.acceld.host;

/**
 * How wide a PCIe link is. Width is not a matter of power saving, as speed is: an idle link keeps
 * its lanes.
 *
 * @param now lanes in use, 0 when the link is down: {@code current_link_width}, the negotiated
 *     width of the link status register. Also 0 for a function that has no link (in a virtual
 *     machine), so only a link that was up before is down
 * @param possible lanes that both ends have: the lesser {@code max_link_width} of the function and
 *     of the port above it, for a card may be in a slot that is narrower
 */
public record PciLinkWidth(int now, int possible) {}
