/** The status page in a real browser. */
@NullMarked
package dev.acceld.agent.browser;

import org.jspecify.annotations.NullMarked;
