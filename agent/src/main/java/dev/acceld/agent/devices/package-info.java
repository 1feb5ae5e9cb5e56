/** The node's devices in a running agent: probes, health, and letting go of a device by command. */
@NullMarked
package dev.acceld.agent.devices;

import org.jspecify.annotations.NullMarked;
