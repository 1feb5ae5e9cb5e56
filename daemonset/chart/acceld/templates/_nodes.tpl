{{/*
The labels by which accelerator nodes are known, one term each; a node needs to match one of them.

label         what an operator puts on a node by hand
nfd           Node Feature Discovery's PCI labels, by class and vendor as it makes them by default, and by vendor alone.
              Google's vendor id is on every machine of its cloud (network cards), so TPUs are known by class and vendor only;
              so are AMD's accelerators: AMD's and Intel's vendor ids are on all of their processors, and a GPU of class 0300, or of 0380 beside another
              VGA controller, as that of a server's BMC, may be part of one.
              amd-gpu is the label of the rule in AMD's GPU operator, intel.feature.node.kubernetes.io/gpu that of the rules of Intel's own drivers
gpu-operator  set by NVIDIA's GPU Feature Discovery
gke           set by GKE on nodes of accelerator node pools
*/}}
{{- define "acceld.nodeTerms" -}}
{{- $out := list -}}
{{- $v := .Values -}}
{{- if has "all" $v.nodes.presets -}}
  {{- $out = append $out (list) -}}
{{- end -}}
{{- if has "label" $v.nodes.presets -}}
  {{- $out = append $out (list (dict "key" "acceld.dev/accelerators" "operator" "In" "values" (list "true"))) -}}
{{- end -}}
{{- if has "nfd" $v.nodes.presets -}}
  {{- $labels := list "pci-1200_1ae0" "pci-1200_1002" -}}
  {{- if $v.nvidia.enabled -}}
    {{- $labels = concat (list "pci-0302_10de" "pci-0300_10de" "pci-10de") $labels -}}
  {{- end -}}
  {{- range $labels -}}
    {{- $out = append $out (list (dict "key" (printf "feature.node.kubernetes.io/%s.present" .) "operator" "In" "values" (list "true"))) -}}
  {{- end -}}
  {{- $out = append $out (list (dict "key" "feature.node.kubernetes.io/amd-gpu" "operator" "In" "values" (list "true"))) -}}
  {{- $out = append $out (list (dict "key" "intel.feature.node.kubernetes.io/gpu" "operator" "In" "values" (list "true"))) -}}
{{- end -}}
{{- if and (has "gpu-operator" $v.nodes.presets) $v.nvidia.enabled -}}
  {{- $out = append $out (list (dict "key" "nvidia.com/gpu.present" "operator" "In" "values" (list "true"))) -}}
{{- end -}}
{{- if has "gke" $v.nodes.presets -}}
  {{- if $v.nvidia.enabled -}}
    {{- $out = append $out (list (dict "key" "cloud.google.com/gke-accelerator" "operator" "Exists")) -}}
  {{- end -}}
  {{- $out = append $out (list (dict "key" "cloud.google.com/gke-tpu-accelerator" "operator" "Exists")) -}}
{{- end -}}
{{- toJson $out -}}
{{- end -}}

{{/* Which nodes the agent runs on. Simulated hardware is at home on every Linux node. */}}
{{- define "acceld.nodeAffinity" -}}
{{- $linux := dict "key" "kubernetes.io/os" "operator" "In" "values" (list "linux") -}}
{{- $terms := list -}}
{{- if .Values.simulate.machine -}}
  {{- $terms = list (dict "matchExpressions" (list $linux)) -}}
{{- else -}}
  {{- range (include "acceld.nodeTerms" . | fromJsonArray) -}}
    {{- $terms = append $terms (dict "matchExpressions" (append . $linux)) -}}
  {{- end -}}
  {{- $terms = concat $terms .Values.nodes.terms -}}
  {{- if not $terms -}}
    {{- $terms = list (dict "matchExpressions" (list $linux)) -}}
  {{- end -}}
{{- end -}}
{{- toYaml (dict "nodeSelectorTerms" $terms) -}}
{{- end -}}
