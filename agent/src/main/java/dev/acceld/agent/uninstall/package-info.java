/** What an uninstall waits for: that no pod of the cluster has a device of the driver any more. */
@NullMarked
package dev.acceld.agent.uninstall;

import org.jspecify.annotations.NullMarked;
