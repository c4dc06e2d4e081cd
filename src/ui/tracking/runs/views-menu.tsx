import { ActionIcon, Button, Menu, TextInput } from '@mantine/core'
import { IconBookmark, IconX } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../ground/client.ts'
import { parseSearch, stringifySearch } from '../../ground/search-params.ts'
import type { Experiment } from '../../ground/wire.ts'

const prefix = 'slipway.view.'

/**
 * Saved views of an experiment's runs: filter, order, columns and chosen runs are in the address anyway; a view is that
 * address under a name, kept as a tag of the experiment, so that everybody who looks at it has the same ones.
 */
export function ViewsMenu({ experiment }: { readonly experiment: Experiment }) {
  const search: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const save = useMutation({
    mutationFn: (tags: Record<string, string | null>) => client.experiments.update({ experiment: experiment.id, tags }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tracking', 'experiment'] }),
  })
  const views = Object.entries(experiment.tags)
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => a.localeCompare(b))
  const open = (view: string) => void navigate({ to: '.', search: () => parseSearch(view), replace: false })
  return (
    <Menu position="bottom-end" width={280} closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconBookmark size={14} />}>
          Views
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {views.length === 0 ? <Menu.Label>No view is saved yet</Menu.Label> : null}
        {views.map(([key, view]) => (
          <div key={key} style={{ display: 'flex', alignItems: 'center' }}>
            <Menu.Item onClick={() => open(view)}>{key.slice(prefix.length)}</Menu.Item>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Forget the view ${key.slice(prefix.length)}`}
              onClick={() => save.mutate({ [key]: null })}
            >
              <IconX size={13} />
            </ActionIcon>
          </div>
        ))}
        <Menu.Divider />
        <form
          style={{ display: 'flex', gap: 6, padding: 6 }}
          onSubmit={(event) => {
            event.preventDefault()
            if (name.trim() === '') return
            save.mutate({ [prefix + name.trim()]: stringifySearch(search) || '?' })
            setName('')
          }}
        >
          <TextInput
            placeholder="Name of this view"
            aria-label="Name of this view"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={80}
          />
          <Button type="submit" variant="default">
            Save
          </Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  )
}
