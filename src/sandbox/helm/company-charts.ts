/** The charts that the simulated company keeps in its repository: a Deployment and a Service of one web service each. */

export interface Chart {
  name: string;
  version: string;
  appVersion: string;
  replicas: number;
  image: string;
}

const chart = (name: string, version: string, appVersion: string, replicas: number): Chart => ({
  name,
  version,
  appVersion,
  replicas,
  image: `acme/${name}:${appVersion}`,
});

export const companyCharts: readonly Chart[] = [
  chart('user-service', '1.4.0', '2.0.0', 2),
  chart('user-service', '1.5.0', '2.1.0', 2),
  chart('user-service', '1.6.2', '2.2.0', 2),
  chart('web-app', '0.9.0', '1.8.2', 3),
  chart('cart', '2.0.1', '1.2.0', 2),
];

export function chartNamed(name: string, version: string): Chart {
  const found = companyCharts.find((one) => one.name === name && one.version === version);
  if (found === undefined) throw new Error(`the company has no chart ${name} ${version}`);
  return found;
}

export const templates: Readonly<Record<string, string>> = {
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
  labels:
    app: {{ .Release.Name }}
spec:
  selector:
    app: {{ .Release.Name }}
  ports:
    - port: 80
      targetPort: 8080
`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    app: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
    spec:
      containers:
        - name: {{ .Release.Name }}
          image: {{ .Values.image }}
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet:
              path: /health
              port: 8080
            periodSeconds: 10
`,
};

/** What goes into the archive, by path in the chart's folder. */
export function chartFiles({ name, version, appVersion, replicas, image }: Chart): Record<string, string> {
  return {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\ndescription: The ${name} of the simulated company\ntype: application\nversion: ${version}\nappVersion: "${appVersion}"\nicon: https://acme.example/icon.png\n`,
    'values.yaml': `replicas: ${replicas}\nimage: ${image}\n`,
    ...templates,
  };
}

/** What helm renders of it: these templates hold plain values only, which a test with the real helm compares. */
export function manifestOf({ name, replicas, image }: Chart, release: string): string {
  const values: Record<string, string> = { '.Release.Name': release, '.Values.replicas': String(replicas), '.Values.image': image };
  return Object.entries(templates)
    .map(
      ([path, text]) => `---\n# Source: ${name}/${path}\n${text.replace(/\{\{ (\S+) \}\}/g, (_whole, key: string) => values[key] ?? '')}`,
    )
    .join('');
}
