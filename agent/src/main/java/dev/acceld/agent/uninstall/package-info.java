/** What an uninstall waits for: that no pod of the cluster holds a device of the driver. */
@NullMarked
package dev.acceld.agent.uninstall;

import org.jspecify.annotations.NullMarked;
