/** The JSON API: what the pages show, for programs. Described by {@code openapi.json}. */
@NullMarked
package dev.acceld.agent.status.api;

import org.jspecify.annotations.NullMarked;
