/**
 * Who may use the HTTP port, and how: Prometheus' web configuration file (TLS, client certificates,
 * basic authentication, response headers, a limit on the rate of requests). Read again when it or a
 * file that it names changes. Knows nothing of HTTP connections.
 */
@NullMarked
package dev.acceld.agent.web;

import org.jspecify.annotations.NullMarked;
