# Every text that a person sees, in English.
# Each key stands in every language with the same values; tests/house/strings.rs checks it.

## Files

error-files-no-home = There is no folder for Maquette’s files: set { $variable } to one

## Parameters of the models

param-steps = Steps
param-steps-help = How many steps lead from noise to the picture: more take longer and draw finer, up to a point
param-strength = Strength
param-strength-help = How far to go from the picture: a little keeps it, 1 leaves next to nothing of it
param-guidance = Guidance
param-guidance-help = How strongly the picture follows the words: 1 lets it wander, too much makes it harsh

## Fetching ONNX Runtime

error-runtime-missing = ONNX Runtime, which runs the models, is not installed
error-runtime-not-at-setting = There is no ONNX Runtime where the settings say: { $path }
error-install-no-build = { $package } does not exist for this kind of computer
error-install-busy = Another Maquette is fetching ONNX Runtime already
error-install-no-python = Fetching ONNX Runtime needs Python 3, which is not installed
error-install-no-pip = Fetching ONNX Runtime needs pip, which this Python does not have
error-install-offline = The package index could not be reached: is there a connection?
error-install-disk-full = The disk is too full for ONNX Runtime
error-install-pip = pip could not fetch ONNX Runtime
error-install-altered = { $file } is not the file that was expected, and was not used
error-install-unpack = { $file } could not be unpacked
error-install-io = { $path } could not be read or written
## Pictures and the library

error-picture-cannot-open = The picture cannot be opened: { $file }
error-picture-broken = The picture is damaged: { $file }
error-picture-too-large = The picture is too large to open: { $file }
error-picture-recipe = The picture does not tell how it was made: { $file }
error-library-closed = No folder for pictures is open
error-library-locked = Another Maquette window is using the pictures in { $folder }
error-library-folder = The folder cannot hold pictures: { $folder }
error-library-gone = The folder of the pictures is gone: { $folder }
error-library-newer = A newer Maquette made this library: { $file }
error-library-database = The library’s records cannot be used: { $file }
error-library-full = The disk is full, the picture was not saved: { $file }
error-library-write = The picture was not saved: { $file }
error-library-trash = The system’s trash does not take this file, so it stays: { $file }
error-library-sidecar = This sidecar cannot be read, so it is left as it is: { $file }
error-library-sidecar-file = The sidecar cannot be read or written: { $file }
error-library-unknown = The library does not have this picture
library-rebuilt = The library’s records were damaged and are now in { $aside }: { $count ->
    [one] { $count } picture came back
   *[other] { $count } pictures came back
} from the files
library-adopted = { $count ->
    [one] { $count } picture was found in the folder
   *[other] { $count } pictures were found in the folder
}

## Settings

error-settings-moved-aside = { $file } cannot be understood; it is now in { $aside }, and the defaults apply
error-settings-in-the-way = { $file } cannot be understood or moved; the defaults apply
error-settings-write = { $file } was not saved

## Jobs and the engine

error-jobs-bug = Maquette made a mistake, and the job failed: please report it
error-engine-not-started = The engine, which runs the models, could not be started
error-engine-garbled = The engine said something that cannot be understood
error-engine-other-version = Maquette was replaced by another version while it ran: close it and start it again
error-engine-too-long = The picture is too large to be handed over by the engine
error-engine-quarantine = { $model } ended the engine { $times } times within ten minutes, so it is not tried again by itself
error-engine-killed = The engine was ended ({ $reason }) while it worked with { $model }: perhaps memory ran out
error-engine-stopped-loading = The engine stopped ({ $reason }) while it loaded { $model }: a file of the model is probably damaged
error-engine-stopped-running = The engine stopped ({ $reason }) while it drew with { $model }

## The command line

cli-try = Try: { $command }
cli-cancelled = Cancelled
cli-loading = Loading { $model }
cli-drawing = Drawing
cli-refused = Refused: { $path } — { $reason }
error-cli-output = The result could not be printed
error-cli-no-window = This Maquette was built without a window: `maquette --help` shows what it can do
error-cli-no-model = No model was found
error-cli-unknown-model = There is no model “{ $model }”; there are: { $known }
error-cli-not-png = { $path } is neither a folder nor a PNG file: end it with .png, or with a slash for a new folder
error-cli-write = { $path } could not be written
error-cli-bench-generate = The measured command made no picture
bench-cold-start = from the start of a command to its picture, its own steps aside
bench-outside-graphs = of a job is spent outside ONNX Runtime
bench-cancel-shown = until a cancel is shown
bench-cancel-ended = until a cancelled job has ended
bench-gallery-open = from the start of the window to a full screen of thumbnails
bench-gallery-frame = for a frame while scrolling fast: all but one in a hundred
bench-gallery-mark = from the key to the disk, stars on 1,000 chosen pictures
bench-gallery-reconcile = to find every picture again by its file alone
bench-gallery-memory = most memory of the program
bench-of-pictures = (of { $count } pictures)
bench-frame-median = for a frame of the window, 1,000 pictures in the gallery and a job running: half of them
bench-frame-p99 = for a frame of the window: all but one in a hundred
## Models and what runs them

error-cancelled = Cancelled
error-model-not-a-model = This folder holds no model: { $folder }. Look for a model.toml, a model_index.json or the unet or transformer folder of an ONNX export in it
error-model-missing = A file of the model is missing: { $file }. Copy the model again
error-model-length = A file of the model has { $found } bytes instead of { $expected }: { $file }. Copy the model again
error-model-altered = A file of the model is not the one it was made with: { $file }. Get the model again from its source
error-model-unreadable = { $file } cannot be read: { $reason }
error-model-malformed = { $file } cannot be understood: { $reason }
error-model-choice-malformed = { $file } keeps the family that was chosen for this model, and cannot be understood: { $reason }. Choose the family again, or delete the file
error-model-choice-not-kept = The choice of a family could not be kept in { $file }: { $reason }. Give yourself the right to write there, or copy the model into a folder of yours
error-model-escapes = { $file } names a file outside its folder, { $named }, and was not opened. Do not use models from that source
notice-model-changed = The files of this model have changed since it was last used: { $folder }. It draws with them as they are now, so pictures made before will not come out the same again
notice-model-no-scheduler = The model brings no { $file }: its steps are laid out as is usual for its kind
notice-clip-skip-not-possible = Clip skip has no effect: the layers of this model’s text encoder were not found
notice-encoder-draws = The model’s vae_encoder draws noise of its own: pictures made from a picture will differ each time, even with the same seed
notice-no-hidden-states = { $file } gives no hidden states, so the model hears its last layer instead of the last but one; pictures may follow the prompt less well. Export it again with output_hidden_states
error-runtime-not-built = This Maquette was built without ONNX Runtime and cannot run models
error-runtime-unknown-provider = There is no “{ $provider }” to run models on; there are: { $known }
error-runtime-not-in-library = This ONNX Runtime cannot use it: it takes another build of the library
error-runtime-no-device = No fitting graphics card was found
error-runtime-webgpu-not-installed = The WebGPU plug-in of ONNX Runtime is not installed
error-runtime-webgpu-broken = The WebGPU plug-in cannot be used: { $file }: { $reason }
error-runtime-webgpu-no-device = WebGPU finds no graphics card: it needs a driver for Vulkan, Direct3D 12 or Metal
error-runtime-load = The model cannot be loaded: { $file }
error-runtime-run = The model failed while it ran: { $file }
error-pipeline-family = Maquette does not know this kind of model: { $folder }. If you know its family, choose it in the models sheet or with “maquette inspect DIR --family ID”
error-pipeline-unknown-choice = The family “{ $given }”, which { $file } names, is not known. Choose one of { $known }, or “Automatic” (--family auto)
error-pipeline-not-of-family = This cannot be a model of the chosen family { $family }, which needs { $file }. Choose another family, or “Automatic” (--family auto)
error-pipeline-parameter = { $id } cannot be “{ $given }”; possible: { $allowed }
error-pipeline-prompt-too-long = The prompt is too long to be kept with the picture: { $kilobytes } kB of { $max } kB. Shorten it.
error-pipeline-source-changed = The picture to start from is another one than the recipe names: { $file }
error-pipeline-no-encoder = This model cannot start from a picture, it has no vae_encoder: { $folder }
error-pipeline-no-repainting = This model cannot keep a part of a picture by a mask: { $folder }. Take a model made for inpainting, or leave out the mask
error-pipeline-size = This model cannot draw { $given }: both sides must be multiples of { $multiple } from { $min } to { $max }
error-pipeline-not-finite = The model gave no numbers in step { $step } of { $total }; the picture would be black. Another provider or another copy of the model may help
error-pipeline-picture-not-finite = The model’s decoder gave no numbers; the picture would be black. Another provider or another copy of the model may help
error-pipeline-misfit = The parts of the model do not fit together: { $folder }: { $problem }
notice-prompt-cut = The prompt is too long for this model; left out: { $words }
notice-negative-prompt-cut = The negative prompt is too long for this model; left out: { $words }

## Memory

param-tile = Tile
param-tile-help = The side in pixels of the tiles in which pictures are encoded and decoded: smaller ones need less memory; 0 uses none up to 1024 × 1024 pixels
notice-memory-other-models = Memory ran out, so the other models were put away
notice-memory-idle-parts = Memory ran out, so the parts of the model that were not at work were put away
notice-memory-one-by-one = Memory ran out, so the prompt and the negative prompt are computed one after the other
notice-memory-tiles = Memory ran out, so pictures are encoded and decoded in tiles; the recipe says so
notice-memory-vae-on-processor = Memory ran out, so the processor encodes and decodes pictures
notice-memory-all-on-processor = Memory ran out, so the processor does everything
notice-memory-widened = The picture left the range of 16-bit numbers, so 32-bit ones were used between latents and pixels
error-pipeline-memory = Memory ran out, and nothing more can be given up: the model takes { $weights }, { $free } were free. Try a smaller picture, or close other programs
bench-memory = most memory of a job, as a multiple of the weights in use
bench-cancel-loading = until a job that is cancelled while its model is loading has ended
## Getting a model from a hub

hub-about = { $repository } at { $commit }, licence: { $licence }, { $page }
hub-total = { $count ->
    [one] { $count } file
   *[other] { $count } files
}, { $size }, of which { $here } came already; { $free } are free in { $path }
hub-ask = Get it? (y/n)
hub-ready = The model { $model } is in { $path }
hub-unseen = Maquette does not look for models in { $path }: add this folder in the settings
hub-kept = Stopped. { $size } came and are kept in { $path }: the same command goes on from there
hub-token-ask = Token for { $host } (it is not shown):
hub-token-kept = The token for { $host } is in this system’s keyring
hub-token-forgotten = The token for { $host } is out of this system’s keyring
hub-token-none = There was no token for { $host } in this system’s keyring
error-hub-no-token = That is no token
error-hub-nobody-to-ask = Nobody is there to be asked: add --yes to get the model, or --list to see its files
error-hub-bad-repository = “{ $given }” names no repository: write owner/name, or owner/name@revision
error-hub-bad-endpoint = “{ $given }” is not the address of a hub: it begins with https:// and names a server
error-hub-unreachable = { $host } cannot be reached, or breaks off again and again: is there a connection? What came is kept
error-hub-no-repository = { $host } has no model “{ $repository }”, or shows it only to its members: check the name, and keep a token if it is not public
error-hub-no-revision = { $repository } has no “{ $wanted }”: check the branch, tag or commit
error-hub-token = This model is only for those whom the hub knows. Accept its terms on { $page }, make a token there for reading, keep it with “maquette token set” or in the window, and try again
error-hub-terms = The hub knows your token and does not give you this model. Accept its terms on { $page }, and check that the token may read such models
error-hub-refused = { $host } does not give the model (status { $status }): try again later
error-hub-garbled = { $host } does not answer as a hub of models does
error-hub-unsafe-name = The repository has a file that cannot be kept safely: “{ $name }”. Nothing was fetched
error-hub-not-onnx = { $repository } has no complete model for ONNX Runtime; it lacks { $missing }. Look for a repository with “onnx” in its name or among its branches, or export the model to ONNX
error-hub-several-folders = The repository has several models; choose one with --folder: { $folders }
error-hub-disk-space = The model needs { $needed } GB, and { $free } GB are free in { $path }
error-hub-disk-full = The disk is full; what came is kept: { $path }
error-hub-disk = { $path } could not be read or written
error-hub-occupied = Something else is in { $path }: move it away, or have the model put into another folder
error-hub-in-use = Another Maquette is getting this model already
error-hub-length = The server’s { $file } is not as long as the list of files says: try again later, or another revision
error-hub-altered = { $file } is not the file of the list, and was not kept: try again later
error-hub-keyring = This system’s keyring cannot be used; a token in the environment variable HF_TOKEN is used, too

## Prompts

param-emphasis = Emphasis
param-emphasis-help = What (words:1.2) does: Original keeps the picture’s balance, No norm suits SDXL, Ignore reads the numbers without using them, None takes brackets for words
error-prompt-wildcard-missing = There is no list of words for __{ $name }__: { $file }
error-prompt-wildcard-outside = __{ $name }__ leads out of the folder of word lists
error-prompt-wildcard-unreadable = The list of words cannot be read: { $file }
error-prompt-wildcard-too-large = The list of words is too large: { $file }
error-prompt-wildcard-empty = The list of words is empty: { $file }
error-prompt-endless = The choices in the prompt lead to each other without end
error-prompt-resolved-too-long = With all of its choices made, the prompt is longer than a picture can carry ({ $max } kB)

## Adapters

notice-adapter-missing = { $count ->
    [0] The LoRA “{ $name }” is not in Maquette’s folder of LoRAs; the picture is made without it
   *[other] The LoRA “{ $name }” is not in Maquette’s folder of LoRAs; the picture is made without it. Did you mean { $near }?
}
notice-adapter-partly = Of “{ $name }”, { $placed } of { $total } parts fit this model; the rest is left out
notice-adapter-unsupported = This model takes no LoRAs and no embeddings; the picture is made without them
notice-embedding-missing = { $count ->
    [0] The embedding “{ $name }” is not in Maquette’s folder of embeddings; its name is read as words
   *[other] The embedding “{ $name }” is not in Maquette’s folder of embeddings; its name is read as words. Did you mean { $near }?
}
notice-embedding-other-model = The embedding “{ $name }” was made for another kind of model; its name is read as words
error-adapter-unreadable = The adapter cannot be read ({ $reason }): { $file }
error-adapter-malformed = The adapter is damaged or of another kind ({ $reason }): { $file }
error-adapter-pickle = Files of this kind can hold programs and are never opened: { $file }. Look for the same adapter as .safetensors, or convert it on a machine that you can spare
error-adapter-not-finite = The adapter is broken, it holds values that are not numbers: { $file }
error-adapter-shape = The adapter was made for another kind of model: { $file }
error-adapter-nothing-fits = Nothing in the adapter fits this model: { $file }

## The mathematics of diffusion

param-scheduler = Sampler
param-scheduler-help = The rule that leads from noise to the picture: each makes another picture from the same noise
param-schedule = Schedule
param-schedule-help = How the steps are spread from coarse to fine: Karras spends more of them on detail
param-noise = Noise
param-noise-help = What turns the seed into noise: Philox follows pictures made on NVIDIA cards, batch those of ComfyUI
param-variation-strength = Variation
param-variation-strength-help = How far to go from the seed’s noise towards that of the variation seed: 0 stays, a little gives a near relative
param-clip-skip = Clip skip
param-clip-skip-help = Listens to an earlier layer of the text encoder; some models were trained for 2
param-variation-seed = Variation seed
param-variation-seed-help = The noise that the variation goes towards; counts on from picture to picture
param-batch-index = Place in the batch
param-batch-index-help = Only for batch noise, as in ComfyUI: which picture of the batch it is, from 0
param-batch-size = Batch size
param-batch-size-help = Only for batch noise: how many pictures were drawn at once, at least as many as are asked for
error-diffusion-config-unreadable = The model’s settings cannot be read: { $file }
error-diffusion-config-key = The model asks for something that is not possible here: “{ $key }” in { $file }
error-diffusion-config-noise = The model’s noise levels make no sense: { $file }
error-diffusion-config-contradiction = The model’s settings contradict themselves: “{ $followed }” is followed, “{ $ignored }” is not, in { $file }
error-diffusion-config-not-followed = The model asks for “{ $key }” in a way that is not possible here; the usual way is taken: { $file }
error-diffusion-too-many-steps = Too many steps: { $steps }. This model takes at most { $most } with this sampler
## The window

error-window-closed = The window cannot be opened. The commands work without one: maquette help
window-create = Create
window-gallery = Gallery
window-choose-library = Choose a folder for your pictures
window-model = Model
window-no-model = No model
window-models-coming = Looking for models…
window-provider = Runs on
window-runtime-unknown = Looking for ONNX Runtime…
window-runtime-missing = ONNX Runtime is missing
window-runtime-installing = Fetching ONNX Runtime…
window-runtime-ready = ONNX Runtime { $version }
window-menu = Menu
window-reset-layout = Put the panels back in their places
window-last-job = last: { $took }
window-expected = ({ $amount } expected)
window-secs = { $value } s
window-minutes = { $value } min
window-megabytes = { $value } MB
window-gigabytes = { $value } GB
window-in-memory = model in memory: { $megabytes } MB
window-unkept = { $count ->
    [one] { $count } picture not saved yet
   *[other] { $count } pictures not saved yet
}

## Commands

shortcut-group-compose = Compose
shortcut-group-queue = Queue
shortcut-group-pictures = Pictures
shortcut-group-window = Window
shortcut-generate = Generate
shortcut-write = Write the prompt
shortcut-older-prompt = Previous prompt
shortcut-newer-prompt = Next prompt
shortcut-roll = Roll the seed
shortcut-cancel = Cancel the running job
shortcut-cancel-all = Cancel all jobs
shortcut-next = Next picture
shortcut-previous = Previous picture
shortcut-first = Newest picture
shortcut-last = Oldest picture
shortcut-view = View the picture
shortcut-full-screen = Full screen
shortcut-start-from = Start from this
shortcut-variants = Make 4 variants
shortcut-use-settings = Use its settings
shortcut-make-again = Make it again
shortcut-create = Create
shortcut-gallery = Gallery
shortcut-bare = Hide or show the panels
shortcut-palette = Find a command
shortcut-palette-hint = What do you want to do?
shortcut-palette-none = No command has this name
shortcut-settings = Settings
shortcut-shortcuts = All keys
shortcut-back = Back

## Notices

notices-title = Notices
notices-none = Nothing to tell
notices-count = { $count ->
    [0] Notices: none
    [one] Notices: { $count }
   *[other] Notices: { $count }
}
notices-times = (× { $count })
notices-details = Details
notices-copy = Copy
notices-dismiss = Put away
notices-dismiss-all = Put all away
remedy-use-cpu = Run on the processor
remedy-install-runtime = Fetch ONNX Runtime
remedy-choose-library = Choose a folder
remedy-rescan-models = Look for models again
remedy-retry = Try again

## Compose

compose-title = Compose
compose-prompt = Prompt
compose-prompt-hint = What should the picture show?
compose-negative = Negative prompt
compose-negative-hint = What should it keep away from?
compose-tokens-help = Tokens used, of those that the model reads: { $chunks ->
    [one] one chunk of { $words }
   *[other] { $chunks } chunks of { $words } each
}
compose-size = Size
compose-width = Width in pixels
compose-height = Height in pixels
compose-swap = Swap width and height
compose-presets = Other sizes of this shape
compose-size-own = { $size } (the model’s own)
compose-shape = Shape { $shape }
compose-count = Pictures
compose-count-help = How many pictures one press makes; their seeds count on
compose-count-fewer = One picture less
compose-count-more = One picture more
compose-start = Start from
compose-start-choose = Choose a picture…
compose-start-help = Instead of from nothing. A file can be dropped anywhere on the window, too
compose-start-away = Start from nothing again
compose-estimate = About { $time }, up to { $memory } of memory
compose-estimate-unmeasured = Up to { $memory } of memory; the time is known after the first picture
compose-estimate-help = Time by pictures that this model made here, without loading it; memory by the size of its parts and of the picture
compose-seed = Seed
compose-seed-help = The number that the noise grows from: the same seed and settings make the same picture
compose-seed-lock = Keep this seed
compose-seed-unlock = Take a new seed each time
compose-more = More
compose-generate = Generate
param-row-changed = Not the model’s default ({ $value }); double-click to go back to it

## Engine

engine-looking = Looking for models and ONNX Runtime…
engine-no-model = There is no model yet: add a folder that has one
engine-add-folder = Add a folder…
engine-install-help = ONNX Runtime runs the models. It is fetched once and stays on this machine.
engine-choose-runtime = Choose its file…
engine-installing = Fetching ONNX Runtime…
engine-cancel-install = Stop
engine-megabytes = { $done } of { $total } MB

## Queue

queue-empty = Nothing is queued. { $keys } makes pictures of your prompt.
queue-cancel = Cancel
queue-cancelling = Cancelling…
queue-drop = Take it out of the queue
queue-dismiss = Put away
queue-retry = Try again
queue-loading = Loading the model · { $percent } %
queue-starting = Starting…
queue-step = step { $step }/{ $steps }
queue-secs-left = { $secs } s left
queue-minutes-left = { $minutes }:{ $secs } min left
queue-picture-of = picture { $picture } of { $count }
queue-what = { $count ->
    [one] { $count } picture
   *[other] { $count } pictures
} · { $size }
queue-waiting-name = Waiting, place { $place }: { $prompt }
queue-waiting-help = Drag it, or press Alt with an arrow, to change its place; Delete takes it out
queue-no-prompt = No words

## Welcome

welcome-title = An empty wall
welcome-examples = Begin with one of these, or write your own
welcome-write = Write what you want to see, and press Generate
welcome-example-help = Write this prompt
welcome-library = Pictures are kept in { $path }. The settings can change that.

## Settings

settings-title = Settings
settings-looks = Looks
settings-language = Language
settings-theme = Theme
settings-theme-dark = Dark
settings-theme-light = Light
settings-reduce-motion = Reduce motion
settings-pictures = Pictures
settings-library = Folder
settings-choose = Choose…
settings-models = Models
settings-add-folder = Add a folder with models
settings-remove-folder = Forget this folder
settings-models-found = { $count ->
    [one] { $count } model found
   *[other] { $count } models found
}
settings-engine = Engine
settings-budget = Memory for models
settings-budget-auto = automatic
settings-budget-help = What the weights of models may take; models that do not fit take turns, part by part
settings-runtime-auto = Find ONNX Runtime by itself
settings-provider-auto = The best one present

## Panels of pictures

results-title = Results
gallery-title = Gallery
inspector-title = Inspector

## Pictures

picture-name = { $prompt }, seed { $seed }, { $size }
picture-name-by-date = Picture of { $date }, { $size }
picture-fresh = { $name }, new
picture-missing = { $name }, file missing
picture-damaged = Cannot be read
picture-copy-prompt = Copy the prompt
picture-copy-seed = Copy the seed
picture-copy-all = Copy prompt and settings
picture-copy-path = Copy the file’s path
gallery-count = { $count ->
    [one] { $count } picture
   *[other] { $count } pictures
}
gallery-cell-width = Size of the thumbnails
gallery-waiting = Waiting for its turn
gallery-running = Picture { $number } of { $count }: step { $step } of { $steps }
gallery-landing = Finished, being saved
gallery-secs-left = { $secs } s
gallery-cancel = Cancel this job
viewer-title = Picture
viewer-zoom = Zoom: { $percent }
shortcut-zoom-closer = Closer
shortcut-zoom-farther = Farther
shortcut-zoom-fit = The whole picture
shortcut-zoom-toggle = 100 % and back

## Inspector

inspector-none = Choose a picture to see how it was made.
inspector-prompt = Prompt
inspector-no-prompt = No words
inspector-negative = Negative prompt
inspector-more = Show all of it
inspector-less = Show less
inspector-recipe = Recipe
inspector-model = Model
inspector-licence = Licence
inspector-start = Started from
inspector-seed = Seed
inspector-size = Size
inspector-pixels = { $width } × { $height }
inspector-file = File
inspector-name = Name
inspector-date = Made
inspector-took = Took
inspector-secs = { $secs } s
inspector-stages = Loading { $load } s · prompt { $encode } s · steps { $steps } s · decoding { $decode } s
inspector-made-with = Made on
inspector-parents = Made from
inspector-children = Made from this

## The studio

error-no-model = There is no model to draw with
error-model-unknown = The model “{ $model }” is not here
error-runtime-broken = ONNX Runtime does not answer: { $file }

## Files of models, looked at before they are opened

error-graph-empty = { $file } is empty: the download or the copy was broken off. Get the file again
error-graph-truncated = { $file } ends too early: the download or the copy was broken off. Get the file again
error-graph-malformed = { $file } is damaged, or no ONNX file: { $reason }. Get the file again from its source
error-graph-excessive = { $file } is no graph that an exporter made: { $reason }. Do not use models from that source
error-graph-axes = { $file } is damaged: “{ $name }” has impossible axes, { $axes }. Get the file again from its source
error-graph-data-length = { $file } is damaged: “{ $name }” holds { $found } bytes instead of { $expected }. Get the file again from its source
error-graph-element = { $file } is damaged, or newer than this Maquette: “{ $name }” holds numbers of an unknown kind. Get the file again, or update Maquette
error-graph-operator = { $file } needs “{ $operator }” of { $domain }, an extension of ONNX Runtime. Maquette opens no libraries of models: export the model with standard operators
error-graph-opset = { $file } is written for opset { $found }; opsets { $oldest } to { $newest } can be run. Export the model again, with an opset between 14 and 20
error-graph-scale = { $file } is damaged: “{ $node }” resizes by { $scale }. Get the file again from its source
error-graph-lfs-pointer = { $file } is only a pointer to the file: Git left it there in place of the contents. Run “git lfs pull” in the model’s folder
error-graph-web-page = { $file } is a server’s answer and not the file: the download needs a sign-in, or its address is wrong. Get the file again
error-graph-pickle = { $file } is a Python pickle under another name. Opening it could run any program, so it was not opened. Do not use models from that source
error-graph-weights-alone = { $file } holds weights without a graph. Export the model to ONNX

## The doctor

doctor-verdict-runs = Runs
doctor-verdict-remarks = Runs, with remarks
doctor-verdict-not = Does not run
doctor-first-cause = { $folder } does not run: { $reason }
doctor-layout = Layout
doctor-layout-optimum = Optimum
doctor-layout-legacy = older ONNX export of diffusers
doctor-layout-olive = Olive
doctor-layout-amuse = Amuse, OnnxStack
doctor-layout-torch = PyTorch weights of diffusers, no ONNX
doctor-layout-unknown = unknown
doctor-evidence-index = { $file } names { $class }
doctor-evidence-no-index = there is no { $file }
doctor-evidence-configs = graphs have a config.json beside them
doctor-evidence-no-configs = graphs have no config.json beside them
doctor-evidence-data = weights lie in { $file }
doctor-family = Family
doctor-family-unknown = not recognised
doctor-family-chosen = { $family }, chosen by hand
doctor-made-for = Made for
doctor-inpainting = inpainting: it draws anew what a mask leaves open
doctor-precision = Precision
doctor-files = Files
doctor-scheduler = Sampler
doctor-scheduler-line = { $class }, predicts { $prediction }, trained on { $steps } steps
doctor-memory = Memory
doctor-memory-line = about { $total } for { $size }: { $weights } of weights, { $working } to work with
doctor-graph = Graph
doctor-opset = Opset
doctor-producer = Made by
doctor-parameters = Parameters
doctor-bytes = Size
doctor-size-bytes = { $value } B
doctor-size-kilobytes = { $value } kB
doctor-size-megabytes = { $value } MB
doctor-size-gigabytes = { $value } GB
doctor-port = Port
doctor-port-kind = Kind
doctor-port-axes = Axes
doctor-findings = Findings
doctor-probe = Test step
doctor-probe-passed = drawn, all numbers finite
doctor-probe-failed = failed
doctor-probe-skipped = not tried, since the model does not run
doctor-probe-too-long = The test step took longer than { $minutes } minutes and was stopped
doctor-not-there = There is nothing at { $folder }. Check the name
doctor-no-folder = { $folder } is a file. Name the folder that the model’s files lie in
doctor-unreadable = { $folder } cannot be read: { $reason }. Give yourself the right to read it
doctor-empty = { $folder } is empty. Copy the model into it
doctor-too-many-files = { $folder } holds more files than a model does. Name the model’s own folder
doctor-endless = { $file } is no file, or far longer than such a file can be. Get the model again from its source
doctor-no-graphs = { $folder } holds no graphs, files that end in .onnx
doctor-torch-only = The weights are those of PyTorch programs, and there are no graphs
doctor-pickles-only = There are only Python pickles, which can run any program when they are opened, and no graphs. They were not opened
doctor-pickles = These files are Python pickles. They can run any program, are not needed, and were not opened: { $files }
doctor-missing-denoiser = What takes the steps is missing: neither unet/model.onnx nor transformer/model.onnx is there
doctor-missing-decoder = What draws the picture is missing: { $file }
doctor-missing-text-encoder = What reads the prompt is missing: { $file }
doctor-missing-encoder = There is no { $file }, so the model cannot start from a picture
doctor-missing-tokenizer = What cuts the prompt to words is missing: { $folder }
doctor-missing-scheduler = How the model was trained is not written down: there is no { $file }
doctor-advice-export = Export it to ONNX with “{ $command }”
doctor-advice-copy = Copy it from where the model came from
doctor-advice-scheduler = Copy it from the model that it was exported from
doctor-advice-swap = Exchange the contents of the folders vae_encoder and vae_decoder
doctor-advice-delete = Delete them
doctor-swapped = The encoder of pictures lies where their decoder should be: { $file }
doctor-wrong-graph = { $file } is another kind of graph than its folder says: it lacks “{ $port }”
doctor-advice-wrong-graph = Put the graph of that part there, from the same model
doctor-text-width = The text encoders give { $given } numbers for each word, and { $file } takes { $wanted }: they are of different models
doctor-channels = { $file } gives latents of { $given } channels, and { $other } takes { $wanted }: they are of different models
doctor-advice-same-model = Copy both from the same model
doctor-random-encoder = The encoder of pictures draws random numbers of its own: pictures made from pictures cannot be made again
doctor-advice-random-encoder = Export it anew with Optimum, whose encoders leave that to the program
doctor-one-layer = The first text encoder gives its last layer only, and this kind of model listens to the one before
doctor-advice-one-layer = Export it anew with Optimum, which keeps all layers
doctor-unknown-class = The index names { $class }, which Maquette does not know; by its files the model is taken for { $family }
doctor-unknown-scheduler = The model names a sampler that Maquette does not have, { $class }; it takes its own
## The models

shortcut-models = All models
models-title = Models
models-search = Search names, tags, trigger words
models-add = Add a folder…
models-adding = Looking through the folder…
models-refused-count = { $count ->
    [one] { $count } refused
   *[other] { $count } refused
}
models-none = No models yet
models-none-help = Get one from a hub, add a folder that holds one or many, or drop it onto the window. Models are folders with ONNX files, as optimum and diffusers export them
models-none-found = No model fits “{ $wanted }”
models-megabytes = { $size } MB
models-gigabytes = { $size } GB
models-in-use = In use
models-use = Use this model
models-refused = Cannot be used
models-removed = Off the list
models-removed-help = It is off the list; nothing of it was deleted
models-bring-back = Put it back on the list
models-family = Family
models-family-help = If it is not recognised, or wrongly, choose it here. The choice is kept in maquette.json in the model’s folder
models-family-automatic = Automatic
models-family-recognised = { $family } (automatic)
models-inpainting = inpainting
models-precision = Precision
models-precision-help = What most of its weights are stored in: fp16 takes half of the memory of fp32
models-files = On disk
models-sizes = Draws
models-draws = { $size } best, sides up to { $most }
models-licence-unknown = The folder does not say. Look where you got it before you sell pictures
models-licence-holder = Granted by
models-trigger-words = Trigger words
models-add-trigger-word = Add a trigger word
models-write-trigger-word = Write “{ $word }” into the prompt
models-tags = Tags
models-add-tag = Add a tag
models-remove-word = Remove “{ $word }”
models-settings = Starts with
models-reset = Back to the model’s own settings
models-folder = Folder
models-copy-path = Copy the folder’s path
models-open-folder = Open the folder
models-remove = Take off the list
models-remove-help = The folder stays where it is
models-checkup = Doctor
models-examine = Examine
models-examine-help = Looks through every file: what it takes and gives, whether it runs, and what is missing
models-examining = Looking through the files…
models-test = Test one step
models-test-help = Draws one step of the smallest picture in a process of its own, and looks whether its numbers are sound
models-test-later = While a job runs, its memory is needed. Test when it is done
models-testing = Testing one step…
models-memory-for = Memory for
error-models-open-folder = The folder could not be opened: { $folder }
models-found-in-folder = { $found ->
    [one] { $found } model added from { $folder }
   *[other] { $found } models added from { $folder }
}
models-some-in-folder = { $found ->
    [one] { $found } model added from { $folder }
   *[other] { $found } models added from { $folder }
}; cannot be used: { $refused }
models-refused-in-folder = What is in { $folder } cannot be used. The models sheet says why
models-none-in-folder = There is no model in { $folder }
compose-adapters = LoRAs
compose-adapter-add = Add a LoRA
compose-adapter-base = Made for { $base }
compose-adapter-words = Its words: { $words }
compose-adapter-none = There are no LoRA files yet
compose-adapter-remove = Remove { $name } from the prompt
compose-adapter-weight = Weight of { $name }
compose-adapter-missing = There is no LoRA file of this name

## Getting a model in the window

models-get = Get a model…
models-kilobytes = { $size } kB
get-title = Get a model
get-wanted = Model to look up
get-wanted-hint = owner/name, owner/name@revision, or the address of its page
get-look-up = Look up
get-help = Models exported to ONNX run here: look for “onnx” in the name, or among the branches of a repository. Before anything is fetched, you see what it is, on which terms it may be used, and how large it is.
get-asking = Asking the hub…
get-several = This repository has several models. Which one?
get-licence = Licence
get-revision = Revision
get-size = In all
get-received = Here already
get-received-of = { $here }, still to come: { $missing }
get-free = Free on the disk
get-into = Goes into
get-page = Page
get-copy-page = Copy the address of the page
get-open-page = Open the page in the browser
get-files = { $count ->
    [one] { $count } file
   *[other] { $count } files
}
get-denied = This model is only for those whom the hub knows. Accept its terms on its page, make a token for reading in your account there, and keep it here
get-gated = Only for those who accepted its terms
get-gated-help = Accept the terms on { $page }, make a token for reading in your account there, and keep it here.
get-token = Token for { $host }
get-token-help = It is kept in this system’s keyring and not shown again
get-token-keep = Keep the token
get-token-keeping = Asking the keyring…
get-it = Get it
get-go-on = Get the rest
get-here = This model is here already
get-show = Show it
get-no-room = { $needed } are still to come, and { $free } are free on the disk: make room, then look it up again
get-one-at-a-time = Another model is on its way; this one can come after it
get-pause = Pause
get-resume = Go on
get-cancel = Cancel
get-cancel-question = { $size } came and will be deleted. Cancel all the same?
get-cancel-yes = Delete what came
get-cancel-no = Keep it
get-done-of = { $done } of { $total } · { $percent } %
get-speed = { $size }/s
get-checking = checking what is here…
get-pausing = pausing…
get-paused = paused
get-stopped = stopped; what came is kept
get-cancelling = cancelling…
get-line = Getting { $model }: { $percent } %
get-line-paused = { $model } is paused at { $percent } %
get-line-failed = { $model } stopped at { $percent } %
get-failed = The model “{ $model }” did not come whole. What came is kept
get-arrived = The model “{ $model }” is here
get-arrived-refused = The model came whole, but cannot be used: { $folder }
error-hub-open-page = The page could not be opened: { $page }

## Judging pictures

shortcut-group-culling = Judging
shortcut-pick = Pick
shortcut-reject = Reject
shortcut-unflag = Take the flag off
shortcut-stars-0 = No stars
shortcut-stars-1 = One star
shortcut-stars-2 = Two stars
shortcut-stars-3 = Three stars
shortcut-stars-4 = Four stars
shortcut-stars-5 = Five stars
shortcut-label-red = Label red
shortcut-label-yellow = Label yellow
shortcut-label-green = Label green
shortcut-label-blue = Label blue
shortcut-take-back = Undo the last marks
shortcut-do-again = Redo them
shortcut-select-all = Choose all
shortcut-select-one = Choose the current one alone
shortcut-survey = Survey the chosen ones
shortcut-compare = Compare with another
shortcut-let-go = Leave out of the survey
shortcut-filters = Filters
shortcut-bin = Rejected pictures
shortcut-empty-bin = Empty the bin…
shortcut-auto-advance = Next picture after each mark
flag-picked = Picked
flag-none = No flag
flag-rejected = Rejected
label-red = Red
label-yellow = Yellow
label-green = Green
label-blue = Blue
label-purple = Purple
stars = { $count ->
    [one] { $count } star
   *[other] { $count } stars
}
gallery-count-of = { $count } of { $all }
gallery-count-chosen = { $chosen } of { $count } chosen
filter-clear = Show all
filter-none = No picture passes these filters.
sort-order = Order
sort-newest = Newest first
sort-oldest = Oldest first
sort-best = Best first
bin-is-empty = No picture is rejected. X rejects the current one.
bin-close = Back to the others
bin-restore = Restore all
bin-empty-question = { $count ->
    [one] Move { $count } rejected picture to the trash?
   *[other] Move { $count } rejected pictures to the trash?
}
bin-empty-help = They go to the system’s trash, not away for good. Their places in the ancestry of other pictures stay.
bin-empty-do = Move to trash
bin-empty-leave = Leave them
settings-auto-advance = Go on to the next picture after each mark
settings-sidecars = Keep a sidecar (.xmp) beside each picture
settings-sidecars-help = Marks and recipe in words that other programs read; the library can be brought back from the files alone. What other programs change there counts when the folder is opened, also without this.
survey-title = Survey
survey-hint = X: reject · /: leave out · Arrow keys: another one
survey-let-go = Leave out of the survey
compare-title = Compare
compare-beside = Side by side
compare-split = Split
compare-flicker = Flicker
compare-line = The line between the pictures
compare-hint = Left, right: another candidate · Up: swap · Wheel: closer
compare-select = Select
compare-candidate = Candidate
compare-same = Made with the same settings.
## Pictures of other programs

error-foreign-damaged = What the picture says about its making is damaged: { $file }
error-foreign-too-long = The picture says more about its making than Maquette reads: { $file }
error-foreign-unreadable = What { $program } wrote about the making of this picture cannot be read: { $file }

## Search

search-name = Search
search-hint = Words, "phrases", -without, model:, stars:>=3 …
search-help =
    Words and "phrases" are looked for in the prompt and in the negative prompt; -word leaves pictures out.
    model:  scheduler:  lora:  a part of the name
    stars:>=3  flag:pick, reject or none  label:red or none
    seed:42  steps:<20  guidance:>=7
    size:512x768  size:>1024 (the longer side)
    after:2026-11-01 (from that day on)  before:2026-12-01
    parents:none, or the first digits of a picture’s id
search-clear = Clear the search
search-save = Keep this search
search-save-name = Name of the search
search-save-do = Keep
search-save-instead = Replace
search-saved = Kept searches
search-saved-none = No search is kept yet: write one, and the star keeps it.
search-rename = Give “{ $name }” another name
search-rename-do = Rename
search-delete = Delete “{ $name }”
search-none = Nothing is found.
search-error = From character { $place }: { $problem }
error-search-facet = “{ $facet }:” cannot be searched for. There are { $known }. A word with a colon stands in quotation marks.
error-search-no-value = After “{ $facet }:” a value is missing.
error-search-no-word = “{ $value }” has neither a letter nor a digit, so it cannot be found.
error-search-stars = “{ $value }” is no number of stars: 0 to 5, also with <, <=, >= or > before it.
error-search-flag = “{ $value }” is no flag: pick, reject or none.
error-search-label = “{ $value }” is no label: red, yellow, green, blue, purple or none.
error-search-size = “{ $value }” is no size: width and height like 512x768, or the longer side like >1024.
error-search-seed = “{ $value }” is no seed: a whole number.
error-search-steps = “{ $value }” is no number of steps: a whole number, also with <, <=, >= or > before it.
error-search-guidance = “{ $value }” is no guidance: a number like 7.5, also with <, <=, >= or > before it.
error-search-date = “{ $value }” is no day: write it like 2026-11-01.
error-search-parents = “{ $value }” is no picture: none, or at least four digits of a picture’s id.
error-search-name = “{ $value }” is no name.
