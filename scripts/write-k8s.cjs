'use strict';
/*
 * Writes what stands elsewhere into k8s/: the rules of ops/prometheus as a PrometheusRule, and k8s/base rendered into
 * k8s/darwin-timer.yaml, for a plain `kubectl apply -f`.
 */
const { execFileSync } = require('node:child_process');
const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { parse, stringify } = require('yaml');

const root = path.resolve(__dirname, '..');
const inKubernetes = (...parts) => path.join(root, 'k8s', ...parts);

const { groups } = parse(readFileSync(path.join(root, 'ops/prometheus/rules.yml'), 'utf8'));
const rule = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'darwin-timer', labels: { 'app.kubernetes.io/name': 'darwin-timer' } },
  spec: { groups },
};
writeFileSync(
  inKubernetes('overlays/production/prometheus-rule.yaml'),
  `# Written from ops/prometheus/rules.yml by npm run k8s:write.\n${stringify(rule, { lineWidth: 110 })}`,
);

const text = execFileSync('kubectl', ['kustomize', inKubernetes('base')], { encoding: 'utf8' });
writeFileSync(inKubernetes('darwin-timer.yaml'), `# Rendered from base/ by npm run k8s:write.\n${text}`);
