/** Actions of rancher that are understood, but not available yet. */
import { choice, named, planAction, type PlannedAction, text } from '#kit';
import { z } from 'zod';

const words = 'rancher|cluster|clusters|the|in|on|of|for|our|my';
const cluster = () =>
  named({
    of: 'cluster',
    nouns: ['cluster', 'clusters', 'rancher cluster'],
    after: ['on', 'of', 'for', 'in', 'cluster', 'from'],
    shape: String.raw`[A-Za-z0-9][-A-Za-z0-9._:]{0,252}`,
    describe: 'Cluster as Rancher names it',
    ask: 'Which cluster?',
  });
const projectName = (describe: string) =>
  named({
    of: 'rancherProject',
    nouns: ['project', 'rancher project'],
    after: ['called', 'named', 'project', 'project called', 'project named', 'name', 'in project'],
    describe,
    ask: 'Which project?',
  });

export const rancherPlanned: PlannedAction[] = [
  planAction({
    id: 'rancher.clusters.list',
    summary: 'Show the status of all clusters',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      status: choice(
        {
          active: ['active', 'healthy', 'ok', 'up'],
          unhealthy: ['unhealthy', 'unavailable', 'down', 'broken', 'error', 'failing', 'degraded', 'not ready'],
          updating: ['updating', 'upgrading', 'provisioning'],
        },
        'Status',
        'Which status?',
      ).optional(),
    }),
    language: {
      triggers: ['clusters', 'cluster & list|overview|health|all'],
      also: `${words}|status|state|health|healthy|list|all|which|overview|doing|how|are|every|available|exist|up|down|show|summary|check|report|fleet|have`,
      examples: ['show me the status of all clusters', 'list the rancher clusters', 'how are our clusters doing?'],
      counterExamples: ['the ranch has lost two clusters of cattle', 'drain all clusters'],
    },
  }),
  planAction({
    id: 'rancher.cluster.status',
    summary: 'Show one cluster: conditions, nodes, version, capacity',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ cluster: cluster() }),
    language: {
      triggers: [
        'status|state|health|healthy|conditions|condition|version|capacity|doing|ok|describe|details|info|usage|nodes & cluster',
        'status|state|health|conditions|version|capacity|describe|details & rancher',
      ],
      also: `${words}|status|state|health|healthy|conditions|version|kubernetes|k8s|capacity|nodes|is|has|have|which|what|how|doing|details|describe|info|show|ok|up|running|run|overall|usage`,
      examples: [
        'status of the rancher cluster tokyo-2',
        'is the cluster tokyo-2 healthy?',
        'which version has the rancher cluster tokyo-2?',
      ],
      counterExamples: ['what is a cluster?'],
    },
  }),
  planAction({
    id: 'rancher.projects.list',
    summary: 'List the projects of a cluster',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ cluster: cluster() }),
    language: {
      triggers: ['projects & rancher|cluster', 'projects & {cluster}'],
      also: `${words}|projects|list|which|what|show|exist|there|have|all`,
      examples: ['list the rancher projects of the cluster oslo', 'which projects are there on cluster oslo?'],
      counterExamples: ['my pet projects'],
    },
  }),
  planAction({
    id: 'rancher.project.create',
    summary: 'Create a project',
    permission: 'rancher:write',
    usualSafety: 'moderate',
    input: z.object({
      cluster: cluster(),
      name: projectName('Name of the project'),
      description: text(['description', 'with description', 'described as'], 'Description', 'Which description?', 500).optional(),
    }),
    language: {
      triggers: [
        'create|make|add|new|set up|setup|open|start|want|need|have & rancher & project',
        'create|make|add|new|set up & project & cluster|{cluster}',
        'create|make|add|new|set up & project & cluster',
      ],
      also: `${words}|project|called|named|name|new|a|with|create|make|add|description|inside|to|have|set|up|it`,
      examples: ['create a rancher project called Growth on the cluster oslo', 'make a project "Growth" in rancher on cluster oslo'],
      counterExamples: ['how do I create a rancher project?'],
    },
  }),
  planAction({
    id: 'rancher.namespace.create',
    summary: 'Create a namespace in a project',
    permission: 'rancher:write',
    usualSafety: 'moderate',
    input: z.object({
      cluster: cluster(),
      name: named({
        of: 'newNamespace',
        nouns: ['namespace', 'ns'],
        after: ['namespace', 'namespace called', 'namespace named', 'ns', 'called', 'named'],
        shape: '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?',
        describe: 'Name of the namespace',
        ask: 'What is the namespace called?',
      }),
      project: projectName('Project that it belongs to').optional(),
      quota: text(['quota', 'with quota', 'with a quota of', 'quota of'], 'Quota', 'Which quota?', 200).optional(),
    }),
    language: {
      triggers: ['create|make|add|new|set up|need & namespace|ns & rancher|project', 'namespace|ns & rancher & project'],
      also: `${words}|namespace|ns|project|called|named|new|a|with|create|make|add|inside|it|to|under|quota`,
      examples: ['create the namespace push-gateway in the rancher project Mobile on cluster berlin'],
      counterExamples: ['how do I create a namespace in rancher?'],
    },
  }),
  planAction({
    id: 'rancher.kubeconfig.generate',
    summary: 'Make a kubeconfig for a cluster',
    permission: 'rancher:write',
    usualSafety: 'moderate',
    input: z.object({ cluster: cluster() }),
    language: {
      triggers: ['kubeconfig|kube config|kubeconfigs|kube-config'],
      also: `${words}|kubeconfig|kube|config|generate|create|get|give|download|fresh|new|make|pull|fetch|need|a|from|with|file|access|want|export|produce|issue|renew`,
      examples: ['generate a kubeconfig for the cluster lab-9', 'kubeconfig of rancher cluster lab-9 please'],
      counterExamples: ['where is my kubeconfig?', 'what is a kubeconfig?'],
    },
  }),
];
