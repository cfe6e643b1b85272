/** A kubeconfig for the emulator. Plain http is refused by clients unless the cluster skips TLS verification. */
export function formatKubeconfig(options: { url: string; token: string; namespace: string }): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: emulator
    cluster:
      server: ${options.url}
      insecure-skip-tls-verify: true
users:
  - name: milo
    user:
      token: ${options.token}
contexts:
  - name: emulator
    context:
      cluster: emulator
      user: milo
      namespace: ${options.namespace}
current-context: emulator
`;
}
