/** What is done to any object. */
import { flag, named, pattern, planAction, type PlannedAction, resourceName, text } from '#kit';
import { z } from 'zod';
import { anyKind, selector, target } from '../inputs.ts';

const words = 'kubectl|k|kubernetes|k8s|the|in|on|of|for|object|resource';

export const objectsPlanned: PlannedAction[] = [
  planAction({
    id: 'kubernetes.manifest.apply',
    summary: 'Apply a manifest',
    permission: 'kubernetes:write',
    usualSafety: 'moderate',
    input: z.object({
      file: pattern(String.raw`(?:https?:\/\/)?(?:[\w.~-]*\/)*[\w.~-]+\.(?:ya?ml|json)|(?:\.{1,2}|~)\/[\w./-]*`, {
        nouns: ['file', 'manifest', 'manifests', 'yaml'],
        after: ['-f', 'apply', 'file', 'manifest', 'the file', 'the manifest', 'yaml', 'is', 'from'],
        describe: 'Manifest file',
        ask: 'Which file?',
      }),
      ...target,
    }),
    language: {
      triggers: ['apply|kubectl apply|roll out|push & {file}', 'apply & manifest|manifests|yaml|file'],
      also: `${words}|apply|file|manifest|manifests|yaml|it|to|is|-f|with|from|a|this|namespace|cluster`,
      examples: ['apply deploy/queue.yaml in {namespace}', 'kubectl apply -f k8s/ingress.yaml', 'apply the manifest quota.yml'],
      counterExamples: ['apply for a job', 'should I apply queue.yaml?'],
    },
  }),
  planAction({
    id: 'kubernetes.resource.patch',
    summary: 'Patch an object',
    permission: 'kubernetes:write',
    usualSafety: 'moderate',
    input: z.object({
      kind: anyKind(),
      name: resourceName(),
      patch: text(['with', 'patch', ':', '-p'], 'JSON merge patch', 'Which patch, as JSON?', 16_000),
      ...target,
    }),
    language: {
      triggers: ['patch'],
      also: `${words}|patch|with|a|-p|--type|merge`,
      examples: [`patch the service web-app with '{"spec":{"type":"NodePort"}}'`],
      counterExamples: ['should I patch the service?', 'a patch of grass'],
    },
  }),
  planAction({
    id: 'kubernetes.resource.label',
    summary: 'Label or annotate an object',
    permission: 'kubernetes:write',
    usualSafety: 'moderate',
    input: z.object({
      kind: anyKind(),
      name: resourceName(),
      labels: pattern(String.raw`[A-Za-z0-9][\w./-]*(?:=[\w.-]*|-)(?:,[A-Za-z0-9][\w./-]*(?:=[\w.-]*|-))*`, {
        nouns: ['label', 'labels'],
        after: ['label', 'labels', 'with', 'add', 'slap', 'set', 'lbl', 'with label', 'with the label', 'the label', 'remove', 'put', 'as'],
        terms: true,
        describe: 'Labels: key=value sets, key- removes',
        ask: 'Which labels, as key=value?',
      }).optional(),
      annotations: pattern(String.raw`[A-Za-z0-9][\w./-]*=[^,"]*`, {
        nouns: ['annotation', 'annotations'],
        after: ['annotation', 'annotations', 'annotate', 'with', 'with annotation'],
        describe: 'Annotations: key=value sets, key- removes',
        ask: 'Which annotations, as key=value?',
      }).optional(),
      ...target,
    }),
    language: {
      triggers: [
        'label|lbl|relabel & {kind}',
        'add|put|set|slap|stick|attach|give|remove|apply|drop & label|labels|annotation & {kind}',
        'annotate|annotation & {kind}',
        'label|labels|lbl & {labels}',
        'tag & {kind} & {labels}',
      ],
      also: `${words}|label|labels|lbl|annotate|annotation|annotations|with|to|a|as|add|set|slap|put|value|new|and|from|remove`,
      needOne: ['labels', 'annotations'],
      examples: [
        'label the node web-app with tier=edge',
        'add the label owner=platform to namespace shop',
        'annotate pod web-app with team=core',
      ],
      counterExamples: ['should I label the node?', 'record label'],
    },
  }),
  planAction({
    id: 'kubernetes.resource.delete',
    summary: 'Delete objects',
    permission: 'kubernetes:write',
    usualSafety: 'destructive',
    input: z
      .object({
        kind: anyKind(),
        name: resourceName().optional(),
        selector: selector(),
        all: flag(['all'], 'All of that kind in the namespace').optional(),
        ...target,
      })
      .refine(({ all, namespace }) => all === undefined || namespace !== undefined, 'all needs a namespace'),
    language: {
      triggers: [
        'delete|remove|get rid of|drop|erase|rm|del|destroy & {kind}',
        'delete|remove|get rid of|rm|del & {kind} & {name}',
        'kill|terminate|evict|nuke|zap & pod|pods',
      ],
      also: `${words}|delete|remove|kill|terminate|nuke|zap|rid|called|named|that|are|labelled|labeled|with|label|a|an|from|get|and|the|old|all`,
      needOne: ['name', 'selector', 'all'],
      examples: ['delete the configmap old-flags in {namespace}', 'remove pod web-app', 'delete the pods labelled app=web in {namespace}'],
      counterExamples: ["please don't delete the pvc", 'could deleting the configmap cause an outage?', 'delete my account'],
    },
  }),
  planAction({
    id: 'kubernetes.namespace.create',
    summary: 'Create a namespace',
    permission: 'kubernetes:write',
    usualSafety: 'moderate',
    input: z.object({
      name: named({
        of: 'newNamespace',
        nouns: ['namespace', 'ns', 'name'],
        after: ['namespace', 'ns', 'called', 'named', 'name', 'with name', 'with the name', 'namespace called', 'namespace named'],
        shape: '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?',
        describe: 'Name of the namespace',
        ask: 'What is the namespace called?',
      }),
      labels: pattern(String.raw`[A-Za-z0-9][\w./-]*=[\w.-]*(?:,[A-Za-z0-9][\w./-]*=[\w.-]*)*`, {
        nouns: ['label', 'labels'],
        after: ['label', 'labels', 'with label', 'with labels', 'labelled'],
        describe: 'Labels',
        ask: 'Which labels?',
      }).optional(),
      cluster: target.cluster,
    }),
    language: {
      triggers: ['create|make|add|new|set up|setup|start|open|need|want|provision & namespace|ns'],
      also: `${words}|create|make|add|new|namespace|ns|called|named|name|with|a|an|set|up|label|labels|cluster`,
      examples: ['create the namespace load-tests', 'new namespace called qa', 'make a namespace named team-blue'],
      counterExamples: ['how do I create a namespace?', 'do not create a namespace'],
    },
  }),
];
