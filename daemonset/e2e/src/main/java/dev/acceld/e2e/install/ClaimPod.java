package dev.acceld.e2e.install;

/** The pod that most tests need: one GPU by a claim template, and a word about it in the log. */
public final class ClaimPod {
  /** The template for a whole GPU, to be applied once a namespace. */
  public static final String TEMPLATE = template("gpu.acceld.dev");

  /** The same for one device of any class. */
  public static String template(String deviceClass) {
    return """
    apiVersion: resource.k8s.io/v1
    kind: ResourceClaimTemplate
    metadata: {name: one-gpu}
    spec:
      spec:
        devices:
          requests:
            - name: gpu
              exactly: {deviceClassName: %s}
    """
        .formatted(deviceClass);
  }

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: %s}
      spec:
        restartPolicy: Never
        terminationGracePeriodSeconds: 5
        resourceClaims:
          - {name: gpu, %s}
        containers:
          - name: main
            image: busybox
            imagePullPolicy: IfNotPresent
            command: [sh, -c, "trap exit TERM; env | grep ACCELD_DEVICE; sleep 3600 & wait"]
            resources: {claims: [{name: gpu}]}
      """;

  private ClaimPod() {}

  /** One of that name. */
  public static String of(String name) {
    return POD.formatted(name, "resourceClaimTemplateName: one-gpu");
  }

  /** One for a claim that is there already, with the claim's name. */
  public static String ofClaim(String claim) {
    return POD.formatted(claim, "resourceClaimName: " + claim);
  }

  /** The same pod without a claim, for comparison. */
  public static String without(String name) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 5
      containers:
        - name: main
          image: busybox
          imagePullPolicy: IfNotPresent
          command: [sh, -c, "trap exit TERM; env | grep -v ACCELD_DEVICE; sleep 3600 & wait"]
    """
        .formatted(name);
  }
}
