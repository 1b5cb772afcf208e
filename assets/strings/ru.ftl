# Всё, что видит человек, по-русски.
# Каждый ключ есть в каждом языке с теми же величинами; это проверяет tests/house/strings.rs.

## Файлы

error-files-no-home = Для файлов Maquette нет папки: укажите её в переменной { $variable }

## Параметры моделей

param-steps = Шаги
param-steps-help = Сколько шагов ведут от шума к картинке: чем больше, тем дольше и тщательнее, но до известного предела
param-strength = Сила
param-strength-help = Насколько уйти от исходной картинки: немного — она сохранится, 1 — от неё почти ничего не останется
param-guidance = Следование запросу
param-guidance-help = Насколько строго картинка следует словам: 1 — полная свобода, слишком много — резкость и пережжённые цвета

## Загрузка ONNX Runtime

error-runtime-missing = Не установлен ONNX Runtime: без него модели не работают
error-runtime-not-at-setting = По пути из настроек нет ONNX Runtime: { $path }
error-install-no-build = Для компьютера этого типа нет { $package }
error-install-busy = ONNX Runtime уже загружает другая копия Maquette
error-install-no-python = Чтобы загрузить ONNX Runtime, нужен Python 3, а он не установлен
error-install-no-pip = Чтобы загрузить ONNX Runtime, нужен pip, а в этом Python его нет
error-install-offline = Не удалось связаться с каталогом пакетов: есть ли подключение к сети?
error-install-disk-full = На диске не хватает места для ONNX Runtime
error-install-pip = pip не смог загрузить ONNX Runtime
error-install-altered = { $file } — не тот файл, который ожидался; он не использован
error-install-unpack = Не удалось распаковать { $file }
error-install-io = Не удалось прочитать или записать { $path }
## Картинки и библиотека

error-picture-cannot-open = Не удаётся открыть картинку: { $file }
error-picture-broken = Картинка повреждена: { $file }
error-picture-too-large = Картинка слишком велика, чтобы её открыть: { $file }
error-picture-recipe = В картинке не прочитать, как она сделана: { $file }
error-library-closed = Папка для картинок не открыта
error-library-locked = С картинками в { $folder } уже работает другое окно Maquette
error-library-folder = В этой папке нельзя хранить картинки: { $folder }
error-library-gone = Папка с картинками исчезла: { $folder }
error-library-newer = Эту библиотеку создала более новая версия Maquette: { $file }
error-library-database = Не удаётся работать с базой библиотеки: { $file }
error-library-full = На диске нет места, картинка не сохранена: { $file }
error-library-write = Картинка не сохранена: { $file }
error-library-trash = Системная корзина не принимает этот файл, он остаётся: { $file }
error-library-sidecar = Этот файл .xmp не читается и оставлен как есть: { $file }
error-library-sidecar-file = Не удаётся прочитать или записать файл .xmp: { $file }
error-library-unknown = В библиотеке нет этой картинки
library-rebuilt = База библиотеки была повреждена и перемещена в { $aside }; из файлов { $count ->
    [one] восстановлена { $count } картинка
    [few] восстановлены { $count } картинки
   *[many] восстановлено { $count } картинок
}
library-adopted = { $count ->
    [one] В папке найдена { $count } картинка
    [few] В папке найдены { $count } картинки
   *[many] В папке найдено { $count } картинок
}

## Настройки

error-settings-moved-aside = Не удаётся прочитать { $file }; файл перемещён в { $aside }, действуют настройки по умолчанию
error-settings-in-the-way = Не удаётся ни прочитать, ни переместить { $file }; действуют настройки по умолчанию
error-settings-write = Не удалось сохранить { $file }

## Задания и движок

error-jobs-bug = В Maquette нашлась ошибка, и задание не выполнено: пожалуйста, сообщите о ней
error-engine-not-started = Не удалось запустить движок, который выполняет модели
error-engine-garbled = Ответ движка не удалось разобрать
error-engine-other-version = Пока Maquette работала, её заменили другой версией: закройте её и запустите снова
error-engine-too-long = Картинка слишком велика, движок не может её передать
error-engine-quarantine = Движок завершался из-за { $model } ({ $times } раза за десять минут), поэтому сама по себе эта модель больше не запускается
error-engine-killed = Движок был завершён ({ $reason }), пока работал с { $model }: возможно, не хватило памяти
error-engine-stopped-loading = Движок остановился ({ $reason }), пока загружал { $model }: вероятно, файл модели повреждён
error-engine-stopped-running = Движок остановился ({ $reason }), пока рисовал с { $model }

## Командная строка

cli-try = Попробуйте: { $command }
cli-cancelled = Отменено
cli-loading = Загрузка { $model }
cli-drawing = Рисование
cli-refused = Отклонено: { $path } — { $reason }
error-cli-output = Не удалось вывести результат
error-cli-no-window = Эта Maquette собрана без окна: `maquette --help` покажет, что она умеет
error-cli-no-model = Модели не найдены
error-cli-unknown-model = Модели «{ $model }» нет; есть: { $known }
error-cli-not-png = { $path } — не папка и не файл PNG: добавьте в конце .png, а для новой папки — косую черту
error-cli-write = Не удалось записать { $path }
error-cli-bench-generate = Измеряемая команда не создала картинку
bench-cold-start = от запуска команды до картинки, не считая самих шагов
bench-outside-graphs = задания проходит вне ONNX Runtime
bench-cancel-shown = до того, как отмена видна
bench-cancel-ended = до завершения отменённого задания
bench-gallery-open = от запуска окна до полного экрана миниатюр
bench-gallery-frame = на кадр при быстрой прокрутке: все, кроме одного из ста
bench-gallery-mark = от клавиши до диска, звёзды на 1000 выделенных картинок
bench-gallery-reconcile = чтобы найти все картинки заново по одним файлам
bench-gallery-memory = наибольшая память программы
bench-of-pictures = (из { $count } картинок)
bench-frame-median = на кадр окна при 1000 картин в галерее и идущем задании: половина кадров
bench-frame-p99 = на кадр окна: все, кроме одного из ста
## Модели и то, что их запускает

error-cancelled = Отменено
error-model-not-a-model = В этой папке нет модели: { $folder }. В ней должен быть файл model.toml или model_index.json либо папка unet или transformer из экспорта в ONNX
error-model-missing = Не хватает файла модели: { $file }. Скопируйте модель заново
error-model-length = В файле модели { $found } байт вместо { $expected }: { $file }. Скопируйте модель заново
error-model-altered = Файл модели не тот, с которым она создана: { $file }. Скачайте модель заново из её источника
error-model-unreadable = Не удаётся прочитать { $file }: { $reason }
error-model-malformed = Не удаётся разобрать { $file }: { $reason }
error-model-choice-malformed = Не удаётся разобрать { $file }, где записано выбранное для модели семейство: { $reason }. Выберите семейство заново или удалите файл
error-model-choice-not-kept = Выбранное семейство не удалось записать в { $file }: { $reason }. Разрешите запись в эту папку или скопируйте модель в свою
error-model-escapes = { $file } ссылается на файл вне своей папки, { $named }, и не был открыт. Не пользуйтесь моделями из этого источника
notice-model-changed = Файлы этой модели изменились с тех пор, как она использовалась в последний раз: { $folder }. Она рисует с теми, что есть сейчас, поэтому прежние картинки больше не получатся такими же
notice-model-no-scheduler = У модели нет файла { $file }: шаги расставлены так, как принято у моделей этого рода
notice-clip-skip-not-possible = Clip skip не действует: слои текстового кодировщика этой модели не найдены
notice-encoder-draws = Кодировщик модели (vae_encoder) сам подмешивает шум: картинки из картинки будут каждый раз разными даже при том же зерне
notice-no-hidden-states = { $file } не отдаёт скрытые состояния, и модель слушает последний слой вместо предпоследнего; картинки могут хуже следовать запросу. Экспортируйте её заново с output_hidden_states
error-runtime-not-built = Эта сборка Maquette — без ONNX Runtime и не может запускать модели
error-runtime-unknown-provider = Запустить модель на «{ $provider }» нельзя; возможно: { $known }
error-runtime-not-in-library = Этот ONNX Runtime так не умеет: нужна другая сборка библиотеки
error-runtime-no-device = Подходящей видеокарты не нашлось
error-runtime-webgpu-not-installed = Модуль WebGPU для ONNX Runtime не установлен
error-runtime-webgpu-broken = Модуль WebGPU не работает: { $file }: { $reason }
error-runtime-webgpu-no-device = WebGPU не находит видеокарты: нужен драйвер Vulkan, Direct3D 12 или Metal
error-runtime-load = Не удаётся загрузить модель: { $file }
error-runtime-run = Модель остановилась из-за ошибки: { $file }
error-pipeline-family = Maquette не знает моделей такого вида: { $folder }. Если вы знаете семейство, выберите его в списке моделей или командой «maquette inspect DIR --family ID»
error-pipeline-unknown-choice = Семейства «{ $given }», указанного в { $file }, Maquette не знает. Выберите одно из этих: { $known } — или «Автоматически» (--family auto)
error-pipeline-not-of-family = Эта модель не может быть из выбранного семейства { $family }: для него нужен { $file }. Выберите другое семейство или «Автоматически» (--family auto)
error-pipeline-parameter = Для { $id } не подходит «{ $given }»; возможно: { $allowed }
error-pipeline-prompt-too-long = Запрос слишком длинный, чтобы сохранить его вместе с картинкой: { $kilobytes } кБ из { $max } кБ. Сократите его.
error-pipeline-source-changed = Исходная картинка не та, что указана в рецепте: { $file }
error-pipeline-no-encoder = Эта модель не может начать с картинки: в ней нет vae_encoder ({ $folder })
error-pipeline-no-repainting = Эта модель не умеет сохранять часть картинки по маске: { $folder }. Возьмите модель для дорисовки (inpainting) или уберите маску
error-pipeline-size = Эта модель не рисует { $given }: стороны должны быть кратны { $multiple }, от { $min } до { $max }
error-pipeline-not-finite = На шаге { $step } из { $total } модель выдала не числа, картинка вышла бы чёрной. Попробуйте другое устройство или другую копию модели
error-pipeline-picture-not-finite = Декодер модели выдал не числа, картинка вышла бы чёрной. Попробуйте другое устройство или другую копию модели
error-pipeline-misfit = Части модели не подходят друг к другу: { $folder }: { $problem }
notice-prompt-cut = Запрос слишком длинный для этой модели; не поместилось: { $words }
notice-negative-prompt-cut = Негативный запрос слишком длинный для этой модели; не поместилось: { $words }

## Память

param-tile = Плитка
param-tile-help = Сторона плиток в пикселях, которыми картинки кодируются и раскодируются: чем меньше, тем меньше нужно памяти; 0 — до 1024 × 1024 пикселей без плиток
notice-memory-other-models = Памяти не хватило, поэтому другие модели выгружены
notice-memory-idle-parts = Памяти не хватило, поэтому части модели, которые сейчас не работают, выгружены
notice-memory-one-by-one = Памяти не хватило, поэтому запрос и негативный запрос считаются по очереди
notice-memory-tiles = Памяти не хватило, поэтому картинки кодируются и раскодируются плитками; это записано в рецепте
notice-memory-vae-on-processor = Памяти не хватило, поэтому картинки кодирует и раскодирует процессор
notice-memory-all-on-processor = Памяти не хватило, поэтому всё считает процессор
notice-memory-widened = Картинка вышла за пределы 16-битных чисел, поэтому между латентами и пикселями использованы 32-битные
error-pipeline-memory = Памяти не хватило, и освободить больше нечего: модель занимает { $weights }, свободно было { $free }. Попробуйте картинку поменьше или закройте другие программы
bench-memory = наибольшая память задания относительно используемых весов
bench-cancel-loading = до конца задания, отменённого во время загрузки модели
## Загрузка модели с хаба

hub-about = { $repository }, коммит { $commit }, лицензия: { $licence }, { $page }
hub-total = { $count ->
    [one] { $count } файл
    [few] { $count } файла
   *[other] { $count } файлов
}, { $size }, из них уже здесь { $here }; свободно { $free } в { $path }
hub-ask = Загрузить? (д/н)
hub-ready = Модель { $model } лежит в { $path }
hub-unseen = Maquette не ищет модели в { $path }: добавьте эту папку в настройках
hub-kept = Остановлено. Загруженное ({ $size }) сохранено в { $path }: та же команда продолжит с этого места
hub-token-ask = Токен для { $host } (не отображается при вводе):
hub-token-kept = Токен для { $host } сохранён в системном хранилище паролей
hub-token-forgotten = Токен для { $host } удалён из системного хранилища паролей
hub-token-none = В системном хранилище паролей не было токена для { $host }
error-hub-no-token = Это не токен
error-hub-nobody-to-ask = Спросить некого: добавьте --yes, чтобы загрузить модель, или --list, чтобы увидеть её файлы
error-hub-bad-repository = «{ $given }» — не репозиторий: напишите владелец/имя или владелец/имя@ревизия
error-hub-bad-endpoint = «{ $given }» — не адрес хаба: он начинается с https:// и называет сервер
error-hub-unreachable = { $host } недоступен или снова и снова обрывает связь: есть ли подключение? Загруженное сохранено
error-hub-no-repository = На { $host } нет модели «{ $repository }», или она видна только участникам: проверьте имя, а если она закрытая — сохраните токен
error-hub-no-revision = В { $repository } нет «{ $wanted }»: проверьте ветку, тег или коммит
error-hub-token = Эту модель хаб даёт только тем, кого знает. Примите условия на странице { $page }, создайте там токен для чтения, сохраните его командой «maquette token set» или в окне и повторите
error-hub-terms = Хаб знает ваш токен, но не даёт эту модель. Примите условия на странице { $page } и проверьте, что токену разрешено читать такие модели
error-hub-refused = { $host } не отдаёт модель (статус { $status }): повторите позже
error-hub-garbled = { $host } отвечает не так, как хаб моделей
error-hub-unsafe-name = В репозитории есть файл, который нельзя безопасно сохранить: «{ $name }». Ничего не загружено
error-hub-not-onnx = В { $repository } нет полной модели для ONNX Runtime: не хватает { $missing }. Поищите репозиторий или ветку с «onnx» в названии либо экспортируйте модель в ONNX
error-hub-several-folders = В репозитории несколько моделей; выберите одну через --folder: { $folders }
error-hub-disk-space = Модели нужно { $needed } ГБ, а в { $path } свободно { $free } ГБ
error-hub-disk-full = Диск заполнен; загруженное сохранено: { $path }
error-hub-disk = Не удалось прочитать или записать { $path }
error-hub-occupied = Папка { $path } занята чем-то другим: уберите это или выберите для модели другую папку
error-hub-in-use = Эту модель уже загружает другая копия Maquette
error-hub-length = Длина { $file } на сервере не та, что в списке файлов: повторите позже или выберите другую ревизию
error-hub-altered = { $file } — не тот файл, что в списке, и не сохранён: повторите позже
error-hub-keyring = Системным хранилищем паролей нельзя воспользоваться; токен можно задать и переменной окружения HF_TOKEN

## Запросы

param-emphasis = Акценты
param-emphasis-help = Как действует (слова:1.2): Original сохраняет общий баланс картинки, No norm подходит для SDXL, Ignore читает числа, но не применяет их, None считает скобки обычным текстом
error-prompt-wildcard-missing = Нет списка слов для __{ $name }__: { $file }
error-prompt-wildcard-outside = __{ $name }__ ведёт за пределы папки со списками слов
error-prompt-wildcard-unreadable = Не удалось прочитать список слов: { $file }
error-prompt-wildcard-too-large = Список слов слишком большой: { $file }
error-prompt-wildcard-empty = Список слов пуст: { $file }
error-prompt-endless = Варианты в запросе бесконечно ведут друг к другу
error-prompt-resolved-too-long = С выбранными вариантами запрос длиннее, чем можно сохранить вместе с картинкой ({ $max } кБ)

## Адаптеры

notice-adapter-missing = { $count ->
    [0] LoRA «{ $name }» нет в папке Maquette с файлами LoRA, картинка рисуется без неё
   *[other] LoRA «{ $name }» нет в папке Maquette с файлами LoRA, картинка рисуется без неё. Возможно, имелось в виду: { $near }
}
notice-adapter-partly = Из частей «{ $name }» этой модели подходят { $placed } из { $total }, остальные не используются
notice-adapter-unsupported = Эта модель не принимает ни LoRA, ни эмбеддинги, картинка рисуется без них
notice-embedding-missing = { $count ->
    [0] Эмбеддинга «{ $name }» нет в папке Maquette с эмбеддингами, его имя прочитано как обычные слова
   *[other] Эмбеддинга «{ $name }» нет в папке Maquette с эмбеддингами, его имя прочитано как обычные слова. Возможно, имелось в виду: { $near }
}
notice-embedding-other-model = Эмбеддинг «{ $name }» сделан для модели другого вида, его имя прочитано как обычные слова
error-adapter-unreadable = Не удалось прочитать адаптер ({ $reason }): { $file }
error-adapter-malformed = Адаптер повреждён или он другого вида ({ $reason }): { $file }
error-adapter-pickle = В файлах такого вида могут скрываться программы, поэтому они никогда не открываются: { $file }. Найдите тот же адаптер в формате .safetensors или преобразуйте его на машине, которой не жалко
error-adapter-not-finite = Адаптер испорчен: в нём есть значения, которые не являются числами: { $file }
error-adapter-shape = Адаптер сделан для модели другого вида: { $file }
error-adapter-nothing-fits = Ничто в адаптере не подходит этой модели: { $file }

## Математика диффузии

param-scheduler = Сэмплер
param-scheduler-help = Правило, по которому из шума возникает картинка: у каждого из одного и того же шума выходит своя
param-schedule = Расписание
param-schedule-help = Как шаги распределены от крупного к мелкому: Karras больше шагов отдаёт деталям
param-noise = Шум
param-noise-help = Что превращает зерно в шум: Philox повторяет картинки, сделанные на видеокартах NVIDIA, batch — картинки ComfyUI
param-variation-strength = Вариация
param-variation-strength-help = Насколько уйти от шума зерна к шуму зерна вариации: 0 — остаться на месте, немного — близкий родственник картинки
param-clip-skip = Clip skip
param-clip-skip-help = Слушает более ранний слой текстового кодировщика; некоторые модели обучены на 2
param-variation-seed = Зерно вариации
param-variation-seed-help = Шум, в сторону которого идёт вариация; от картинки к картинке увеличивается на единицу
param-batch-index = Место в пакете
param-batch-index-help = Только для пакетного шума, как в ComfyUI: какая это картинка пакета, считая с 0
param-batch-size = Размер пакета
param-batch-size-help = Только для пакетного шума: сколько картинок рисовалось сразу, не меньше, чем заказано
error-diffusion-config-unreadable = Не удалось прочитать настройки модели: { $file }
error-diffusion-config-key = Модель требует того, что здесь невозможно: «{ $key }» в { $file }
error-diffusion-config-noise = Уровни шума модели лишены смысла: { $file }
error-diffusion-config-contradiction = Настройки модели противоречат друг другу: «{ $followed }» учитывается, «{ $ignored }» — нет, в { $file }
error-diffusion-config-not-followed = Модель требует «{ $key }» так, как здесь невозможно; взят обычный способ: { $file }
error-diffusion-too-many-steps = Слишком много шагов: { $steps }. С этим сэмплером модель допускает не больше { $most }
## The window

error-window-closed = Окно открыть нельзя. Команды работают и без него: maquette help
window-create = Создание
window-gallery = Галерея
window-choose-library = Выберите папку для картинок
window-model = Модель
window-no-model = Нет модели
window-models-coming = Поиск моделей…
window-provider = Считает
window-runtime-unknown = Поиск ONNX Runtime…
window-runtime-missing = Нет ONNX Runtime
window-runtime-installing = Загрузка ONNX Runtime…
window-runtime-ready = ONNX Runtime { $version }
window-menu = Меню
window-reset-layout = Вернуть панели на места
window-last-job = прошлое: { $took }
window-expected = (ожидалось { $amount })
window-secs = { $value } с
window-minutes = { $value } мин
window-megabytes = { $value } МБ
window-gigabytes = { $value } ГБ
window-in-memory = модель в памяти: { $megabytes } МБ
window-unkept = { $count ->
    [one] { $count } картинка ещё не сохранена
    [few] { $count } картинки ещё не сохранены
   *[other] { $count } картинок ещё не сохранено
}

## Commands

shortcut-group-compose = Запрос
shortcut-group-queue = Очередь
shortcut-group-pictures = Картинки
shortcut-group-window = Окно
shortcut-generate = Создать
shortcut-write = Писать запрос
shortcut-older-prompt = Предыдущий запрос
shortcut-newer-prompt = Следующий запрос
shortcut-roll = Бросить кости
shortcut-cancel = Отменить задание
shortcut-cancel-all = Отменить все задания
shortcut-next = Следующая картинка
shortcut-previous = Предыдущая картинка
shortcut-first = Самая новая картинка
shortcut-last = Самая старая картинка
shortcut-view = Рассмотреть картинку
shortcut-full-screen = Во весь экран
shortcut-start-from = Начать с неё
shortcut-variants = Сделать 4 варианта
shortcut-use-settings = Взять её настройки
shortcut-make-again = Сделать ещё раз
shortcut-create = Создание
shortcut-gallery = Галерея
shortcut-bare = Скрыть или показать панели
shortcut-palette = Найти команду
shortcut-palette-hint = Что нужно сделать?
shortcut-palette-none = Такой команды нет
shortcut-settings = Настройки
shortcut-shortcuts = Все клавиши
shortcut-back = Назад

## Notices

notices-title = Сообщения
notices-none = Сообщений нет
notices-count = { $count ->
    [0] Сообщений нет
    [one] Сообщения: { $count }
   *[other] Сообщения: { $count }
}
notices-times = (× { $count })
notices-details = Подробности
notices-copy = Скопировать
notices-dismiss = Убрать
notices-dismiss-all = Убрать все
remedy-use-cpu = Считать на процессоре
remedy-install-runtime = Загрузить ONNX Runtime
remedy-choose-library = Выбрать папку
remedy-rescan-models = Искать модели снова
remedy-retry = Повторить

## Compose

compose-title = Запрос
compose-prompt = Описание
compose-prompt-hint = Что должно быть на картинке?
compose-negative = Чего избегать
compose-negative-hint = Чего на картинке быть не должно?
compose-tokens-help = Сколько токенов занято из тех, что прочтёт модель: { $chunks ->
    [one] { $chunks } часть по { $words }
    [few] { $chunks } части по { $words }
   *[many] { $chunks } частей по { $words }
}
compose-size = Размер
compose-width = Ширина в пикселях
compose-height = Высота в пикселях
compose-swap = Поменять ширину и высоту местами
compose-presets = Другие размеры этой формы
compose-size-own = { $size } (родной для модели)
compose-shape = Форма { $shape }
compose-count = Количество
compose-count-help = Сколько картинок делать за раз; их зёрна идут подряд
compose-count-fewer = Одной картинкой меньше
compose-count-more = Одной картинкой больше
compose-start = Исходник
compose-start-choose = Выбрать картинку…
compose-start-help = Начать не с пустого места. Файл можно и просто бросить на окно
compose-start-away = Снова начать с пустого места
compose-estimate = Около { $time }, до { $memory } памяти
compose-estimate-unmeasured = До { $memory } памяти; время станет известно после первой картинки
compose-estimate-help = Время — по картинкам, которые эта модель уже сделала здесь, без её загрузки; память — по размеру её частей и картинки
compose-seed = Зерно
compose-seed-help = Число, из которого растёт шум: с тем же зерном и настройками выйдет та же картинка
compose-seed-lock = Оставить это зерно
compose-seed-unlock = Каждый раз брать новое зерно
compose-more = Ещё
compose-generate = Создать
param-row-changed = У модели другое значение ({ $value }); двойной щелчок вернёт его

## Engine

engine-looking = Поиск моделей и ONNX Runtime…
engine-no-model = Моделей пока нет: добавьте папку с моделью
engine-add-folder = Добавить папку…
engine-install-help = ONNX Runtime выполняет модели. Он загружается один раз и остаётся на этом компьютере.
engine-choose-runtime = Указать файл…
engine-installing = Загрузка ONNX Runtime…
engine-cancel-install = Остановить
engine-megabytes = { $done } из { $total } МБ

## Queue

queue-empty = Очередь пуста. { $keys } создаст картинки по вашему описанию.
queue-cancel = Отменить
queue-cancelling = Отмена…
queue-drop = Убрать из очереди
queue-dismiss = Убрать
queue-retry = Повторить
queue-loading = Загрузка модели · { $percent } %
queue-starting = Начинаем…
queue-step = шаг { $step }/{ $steps }
queue-secs-left = осталось { $secs } с
queue-minutes-left = осталось { $minutes }:{ $secs } мин
queue-picture-of = картинка { $picture } из { $count }
queue-what = { $count ->
    [one] { $count } картинка
    [few] { $count } картинки
   *[other] { $count } картинок
} · { $size }
queue-waiting-name = Ждёт, место { $place }: { $prompt }
queue-waiting-help = Перетащите или нажмите Alt со стрелкой, чтобы сменить место; Delete убирает из очереди
queue-no-prompt = Без слов

## Welcome

welcome-title = Пока пусто
welcome-examples = Начните с примера или напишите своё
welcome-write = Напишите, что хотите увидеть, и нажмите «Создать»
welcome-example-help = Взять это описание
welcome-library = Картинки хранятся в { $path }. Папку можно сменить в настройках.

## Settings

settings-title = Настройки
settings-looks = Вид
settings-language = Язык
settings-theme = Тема
settings-theme-dark = Тёмная
settings-theme-light = Светлая
settings-reduce-motion = Меньше движения
settings-pictures = Картинки
settings-library = Папка
settings-choose = Выбрать…
settings-models = Модели
settings-add-folder = Добавить папку с моделями
settings-remove-folder = Забыть эту папку
settings-models-found = { $count ->
    [one] найдена { $count } модель
    [few] найдено { $count } модели
   *[other] найдено { $count } моделей
}
settings-engine = Движок
settings-budget = Память для моделей
settings-budget-auto = автоматически
settings-budget-help = Сколько могут занимать веса моделей; части модели, которая не помещается, загружаются по очереди
settings-runtime-auto = Искать ONNX Runtime самостоятельно
settings-provider-auto = Лучшее из доступного

## Panels of pictures

results-title = Результаты
gallery-title = Галерея
inspector-title = Сведения

## Картинки

picture-name = { $prompt }, зерно { $seed }, { $size }
picture-name-by-date = Картинка от { $date }, { $size }
picture-fresh = { $name }, новая
picture-missing = { $name }, файла нет
picture-damaged = Не читается
picture-copy-prompt = Копировать запрос
picture-copy-seed = Копировать зерно
picture-copy-all = Копировать запрос и настройки
picture-copy-path = Копировать путь к файлу
gallery-count = { $count ->
    [one] { $count } картинка
    [few] { $count } картинки
   *[many] { $count } картинок
}
gallery-cell-width = Размер миниатюр
gallery-waiting = Ждёт своей очереди
gallery-running = Картинка { $number } из { $count }: шаг { $step } из { $steps }
gallery-landing = Готова, сохраняется
gallery-secs-left = { $secs } с
gallery-cancel = Отменить это задание
viewer-title = Картинка
viewer-zoom = Масштаб: { $percent }
shortcut-zoom-closer = Ближе
shortcut-zoom-farther = Дальше
shortcut-zoom-fit = Вся картинка
shortcut-zoom-toggle = 100 % и обратно

## Сведения

inspector-none = Выберите картинку, чтобы узнать, как она сделана.
inspector-prompt = Запрос
inspector-no-prompt = Без слов
inspector-negative = Негативный запрос
inspector-more = Показать целиком
inspector-less = Свернуть
inspector-recipe = Рецепт
inspector-model = Модель
inspector-licence = Лицензия
inspector-start = Исходник
inspector-seed = Зерно
inspector-size = Размер
inspector-pixels = { $width } × { $height }
inspector-file = Файл
inspector-name = Имя
inspector-date = Сделана
inspector-took = Заняло
inspector-secs = { $secs } с
inspector-stages = Загрузка { $load } с · запрос { $encode } с · шаги { $steps } с · декодирование { $decode } с
inspector-made-with = Сделана на
inspector-parents = Сделана из
inspector-children = Сделано из неё

## Студия

error-no-model = Нет ни одной модели, чтобы рисовать
error-model-unknown = Модели «{ $model }» здесь нет
error-runtime-broken = ONNX Runtime не отвечает: { $file }

## Файлы моделей перед открытием

error-graph-empty = { $file } пуст: загрузка или копирование прервались. Скачайте файл заново
error-graph-truncated = { $file } обрывается раньше времени: загрузка или копирование прервались. Скачайте файл заново
error-graph-malformed = { $file } повреждён или это не файл ONNX: { $reason }. Скачайте файл заново из его источника
error-graph-excessive = { $file } — не граф, созданный программой экспорта: { $reason }. Не пользуйтесь моделями из этого источника
error-graph-axes = { $file } повреждён: у «{ $name }» невозможные размеры, { $axes }. Скачайте файл заново из его источника
error-graph-data-length = { $file } повреждён: в «{ $name }» { $found } байт вместо { $expected }. Скачайте файл заново из его источника
error-graph-element = { $file } повреждён или новее этой Maquette: в «{ $name }» числа неизвестного вида. Скачайте файл заново или обновите Maquette
error-graph-operator = Для { $file } нужно расширение ONNX Runtime: «{ $operator }» из { $domain }. Maquette не открывает библиотеки моделей: экспортируйте модель со стандартными операторами
error-graph-opset = { $file } написан для opset { $found }, а выполнять можно от { $oldest } до { $newest }. Экспортируйте модель заново с opset от 14 до 20
error-graph-scale = { $file } повреждён: «{ $node }» меняет размер в { $scale } раза. Скачайте файл заново из его источника
error-graph-lfs-pointer = { $file } — только ссылка на файл: Git оставил её вместо содержимого. Выполните «git lfs pull» в папке модели
error-graph-web-page = { $file } — ответ сервера, а не сам файл: для загрузки нужно войти в учётную запись, или адрес неверен. Скачайте файл заново
error-graph-pickle = { $file } — файл pickle из Python под чужим именем. Открыть его — значит позволить ему запустить любую программу, поэтому он не был открыт. Не пользуйтесь моделями из этого источника
error-graph-weights-alone = В { $file } есть веса, но нет графа. Экспортируйте модель в ONNX

## Осмотр модели

doctor-verdict-runs = Работает
doctor-verdict-remarks = Работает, есть замечания
doctor-verdict-not = Не работает
doctor-first-cause = { $folder } не работает: { $reason }
doctor-layout = Устройство папки
doctor-layout-optimum = Optimum
doctor-layout-legacy = прежний экспорт ONNX из diffusers
doctor-layout-olive = Olive
doctor-layout-amuse = Amuse, OnnxStack
doctor-layout-torch = веса PyTorch из diffusers, без ONNX
doctor-layout-unknown = неизвестно
doctor-evidence-index = { $file } называет { $class }
doctor-evidence-no-index = нет { $file }
doctor-evidence-configs = рядом с графами лежат config.json
doctor-evidence-no-configs = рядом с графами нет config.json
doctor-evidence-data = веса лежат в { $file }
doctor-family = Семейство
doctor-family-unknown = не определено
doctor-family-chosen = { $family }, выбрано вручную
doctor-made-for = Назначение
doctor-inpainting = дорисовка (inpainting): заново рисует то, что открыто маской
doctor-precision = Точность
doctor-files = Файлы
doctor-scheduler = Сэмплер
doctor-scheduler-line = { $class }, предсказывает { $prediction }, шагов обучения: { $steps }
doctor-memory = Память
doctor-memory-line = около { $total } для { $size }: веса — { $weights }, на работу — { $working }
doctor-graph = Граф
doctor-opset = Opset
doctor-producer = Чем создан
doctor-parameters = Параметры
doctor-bytes = Объём
doctor-size-bytes = { $value } Б
doctor-size-kilobytes = { $value } КБ
doctor-size-megabytes = { $value } МБ
doctor-size-gigabytes = { $value } ГБ
doctor-port = Вход или выход
doctor-port-kind = Вид
doctor-port-axes = Размеры
doctor-findings = Что найдено
doctor-probe = Пробный шаг
doctor-probe-passed = выполнен, все числа конечны
doctor-probe-failed = не удался
doctor-probe-skipped = не выполнялся: модель не работает
doctor-probe-too-long = Пробный шаг длился дольше { $minutes } минут и был остановлен
doctor-not-there = По пути { $folder } ничего нет. Проверьте имя
doctor-no-folder = { $folder } — это файл. Укажите папку, в которой лежат файлы модели
doctor-unreadable = Не удаётся прочитать { $folder }: { $reason }. Разрешите себе чтение этой папки
doctor-empty = Папка { $folder } пуста. Скопируйте в неё модель
doctor-too-many-files = В папке { $folder } больше файлов, чем бывает у модели. Укажите папку самой модели
doctor-endless = { $file } — не файл или он намного длиннее, чем бывает такой файл. Скачайте модель заново из её источника
doctor-no-graphs = В папке { $folder } нет графов — файлов с окончанием .onnx
doctor-torch-only = Здесь веса для программ на PyTorch, а графов нет
doctor-pickles-only = Здесь только файлы pickle из Python, которые при открытии могут запустить любую программу, а графов нет. Эти файлы не были открыты
doctor-pickles = Это файлы pickle из Python. Они могут запустить любую программу, не нужны и не были открыты: { $files }
doctor-missing-denoiser = Не хватает той части, что делает шаги: нет ни unet/model.onnx, ни transformer/model.onnx
doctor-missing-decoder = Не хватает той части, что рисует картинку: { $file }
doctor-missing-text-encoder = Не хватает той части, что читает запрос: { $file }
doctor-missing-encoder = Нет { $file }, поэтому модель не сможет начинать с картинки
doctor-missing-tokenizer = Не хватает того, что делит запрос на слова: { $folder }
doctor-missing-scheduler = Не записано, как обучена модель: нет { $file }
doctor-advice-export = Экспортируйте в ONNX командой «{ $command }»
doctor-advice-copy = Скопируйте оттуда, откуда взята модель
doctor-advice-scheduler = Скопируйте из модели, из которой сделан экспорт
doctor-advice-swap = Поменяйте местами содержимое папок vae_encoder и vae_decoder
doctor-advice-delete = Удалите их
doctor-swapped = На месте декодера картинок лежит их кодировщик: { $file }
doctor-wrong-graph = { $file } — граф не той части, что обещает папка: у него нет «{ $port }»
doctor-advice-wrong-graph = Положите туда граф этой части из той же модели
doctor-text-width = Кодировщики текста дают { $given } чисел на слово, а { $file } принимает { $wanted }: они от разных моделей
doctor-channels = { $file } даёт латенты с числом каналов { $given }, а { $other } принимает { $wanted }: они от разных моделей
doctor-advice-same-model = Скопируйте и то и другое из одной модели
doctor-random-encoder = Кодировщик картинок сам берёт случайные числа: картинки, сделанные из картинок, нельзя будет повторить
doctor-advice-random-encoder = Экспортируйте его заново с помощью Optimum: его кодировщики оставляют это программе
doctor-one-layer = Первый кодировщик текста отдаёт только последний слой, а такие модели слушают предпоследний
doctor-advice-one-layer = Экспортируйте его заново с помощью Optimum: он сохраняет все слои
doctor-unknown-class = Указатель называет { $class }, чего Maquette не знает; по файлам модель принята за { $family }
doctor-unknown-scheduler = Модель называет сэмплер, которого в Maquette нет, { $class }; она возьмёт свой
## Модели

shortcut-models = Все модели
models-title = Модели
models-search = Название, метка, ключевое слово
models-add = Добавить папку…
models-adding = Смотрим, что в папке…
models-refused-count = { $count ->
    [one] { $count } непригодная
    [few] { $count } непригодные
   *[other] { $count } непригодных
}
models-none = Моделей пока нет
models-none-help = Загрузите модель из хаба, добавьте папку с одной или многими моделями или перетащите её на окно. Модель — это папка с файлами ONNX, какие дают optimum и diffusers
models-none-found = Ничего не подходит под «{ $wanted }»
models-megabytes = { $size } МБ
models-gigabytes = { $size } ГБ
models-in-use = Выбрана
models-use = Рисовать этой моделью
models-refused = Непригодна
models-removed = Убрана из списка
models-removed-help = Модель убрана из списка; сами файлы на месте
models-bring-back = Вернуть в список
models-family = Семейство
models-family-help = Если семейство не определилось или определилось неверно, выберите его здесь. Выбор хранится в файле maquette.json в папке модели
models-family-automatic = Автоматически
models-family-recognised = { $family } (автоматически)
models-inpainting = дорисовка
models-precision = Точность
models-precision-help = В каком виде хранится большинство весов: fp16 занимает вдвое меньше памяти, чем fp32
models-files = На диске
models-sizes = Размеры
models-draws = лучше всего { $size }, стороны до { $most }
models-licence-unknown = В папке не указана. Прежде чем продавать картинки, посмотрите там, откуда она взята
models-licence-holder = Правообладатель
models-trigger-words = Ключевые слова
models-add-trigger-word = Добавить слово
models-write-trigger-word = Вписать «{ $word }» в описание
models-tags = Метки
models-add-tag = Добавить метку
models-remove-word = Убрать «{ $word }»
models-settings = Начальные настройки
models-reset = Вернуть собственные настройки модели
models-folder = Папка
models-copy-path = Скопировать путь к папке
models-open-folder = Открыть папку
models-remove = Убрать из списка
models-remove-help = Сама папка останется на месте
models-checkup = Доктор
models-examine = Осмотреть
models-examine-help = Просматривает каждый файл: что он принимает и отдаёт, работает ли модель и чего не хватает
models-examining = Файлы просматриваются…
models-test = Проверить один шаг
models-test-help = Делает один шаг самой маленькой картинки в отдельном процессе и смотрит, всё ли в порядке с числами
models-test-later = Пока идёт задание, память нужна ему. Проверьте, когда оно закончится
models-testing = Проверяется один шаг…
models-memory-for = Память для
error-models-open-folder = Не удалось открыть папку: { $folder }
models-found-in-folder = { $found ->
    [one] Добавлена { $found } модель из { $folder }
    [few] Добавлены { $found } модели из { $folder }
   *[other] Добавлено { $found } моделей из { $folder }
}
models-some-in-folder = { $found ->
    [one] Добавлена { $found } модель из { $folder }
    [few] Добавлены { $found } модели из { $folder }
   *[other] Добавлено { $found } моделей из { $folder }
}; непригодных: { $refused }
models-refused-in-folder = То, что есть в { $folder }, не годится. Почему — сказано в окне моделей
models-none-in-folder = В { $folder } нет моделей
compose-adapters = LoRA
compose-adapter-add = Добавить LoRA
compose-adapter-base = Для модели { $base }
compose-adapter-words = Её слова: { $words }
compose-adapter-none = Файлов LoRA пока нет
compose-adapter-remove = Убрать { $name } из описания
compose-adapter-weight = Вес { $name }
compose-adapter-missing = Файла LoRA с таким названием нет

## Загрузка модели в окне

models-get = Загрузить модель…
models-kilobytes = { $size } кБ
get-title = Загрузить модель
get-wanted = Какую модель найти
get-wanted-hint = владелец/имя, владелец/имя@ревизия или адрес страницы
get-look-up = Найти
get-help = Здесь работают модели, экспортированные в ONNX: ищите «onnx» в названии или среди веток репозитория. До загрузки видно, что это за модель, на каких условиях ею можно пользоваться и сколько она занимает.
get-asking = Спрашиваем хаб…
get-several = В этом репозитории несколько моделей. Какая нужна?
get-licence = Лицензия
get-revision = Ревизия
get-size = Всего
get-received = Уже загружено
get-received-of = { $here }, осталось: { $missing }
get-free = Свободно на диске
get-into = Папка
get-page = Страница
get-copy-page = Скопировать адрес страницы
get-open-page = Открыть страницу в браузере
get-files = { $count ->
    [one] { $count } файл
    [few] { $count } файла
   *[other] { $count } файлов
}
get-denied = Эту модель хаб даёт только тем, кого знает. Примите условия на её странице, создайте там в своём профиле токен для чтения и сохраните его здесь
get-gated = Только для тех, кто принял условия
get-gated-help = Примите условия на странице { $page }, создайте там в своём профиле токен для чтения и сохраните его здесь.
get-token = Токен для { $host }
get-token-help = Хранится в системном хранилище паролей и больше не показывается
get-token-keep = Сохранить токен
get-token-keeping = Обращаемся к хранилищу паролей…
get-it = Загрузить
get-go-on = Загрузить остальное
get-here = Эта модель уже есть
get-show = Показать
get-no-room = Осталось загрузить { $needed }, а на диске свободно { $free }: освободите место и найдите модель ещё раз
get-one-at-a-time = Сейчас загружается другая модель; эту можно будет загрузить после неё
get-pause = Приостановить
get-resume = Продолжить
get-cancel = Отменить
get-cancel-question = Уже загружено { $size }, и всё это будет удалено. Всё равно отменить?
get-cancel-yes = Удалить загруженное
get-cancel-no = Оставить
get-done-of = { $done } из { $total } · { $percent } %
get-speed = { $size }/с
get-checking = проверяем загруженное…
get-pausing = приостанавливаем…
get-paused = приостановлено
get-stopped = остановлено; загруженное сохранено
get-cancelling = отменяем…
get-line = Загружается { $model }: { $percent } %
get-line-paused = { $model }: пауза на { $percent } %
get-line-failed = { $model }: остановка на { $percent } %
get-failed = Модель «{ $model }» загружена не целиком. Загруженное сохранено
get-arrived = Модель «{ $model }» загружена
get-arrived-refused = Модель загружена целиком, но непригодна: { $folder }
error-hub-open-page = Не удалось открыть страницу: { $page }

## Отбор

shortcut-group-culling = Отбор
shortcut-pick = Отобрать
shortcut-reject = Отклонить
shortcut-unflag = Снять флажок
shortcut-stars-0 = Без звёзд
shortcut-stars-1 = Одна звезда
shortcut-stars-2 = Две звезды
shortcut-stars-3 = Три звезды
shortcut-stars-4 = Четыре звезды
shortcut-stars-5 = Пять звёзд
shortcut-label-red = Красная метка
shortcut-label-yellow = Жёлтая метка
shortcut-label-green = Зелёная метка
shortcut-label-blue = Синяя метка
shortcut-take-back = Отменить последние отметки
shortcut-do-again = Вернуть их
shortcut-select-all = Выделить все
shortcut-select-one = Выделить только текущую
shortcut-survey = Обзор выделенных
shortcut-compare = Сравнить с другой
shortcut-let-go = Убрать из обзора
shortcut-filters = Фильтры
shortcut-bin = Отклонённые картинки
shortcut-empty-bin = Очистить корзину…
shortcut-auto-advance = После отметки — следующая картинка
flag-picked = Отобрана
flag-none = Без флажка
flag-rejected = Отклонена
label-red = Красная
label-yellow = Жёлтая
label-green = Зелёная
label-blue = Синяя
label-purple = Фиолетовая
stars = { $count ->
    [one] { $count } звезда
    [few] { $count } звезды
    [many] { $count } звёзд
   *[other] { $count } звезды
}
gallery-count-of = { $count } из { $all }
gallery-count-chosen = Выделено { $chosen } из { $count }
filter-clear = Показать все
filter-none = Под эти фильтры не подходит ни одна картинка.
sort-order = Порядок
sort-newest = Сначала новые
sort-oldest = Сначала старые
sort-best = Сначала лучшие
bin-is-empty = Отклонённых картинок нет. X отклоняет текущую.
bin-close = К остальным
bin-restore = Вернуть все
bin-empty-question = { $count ->
    [one] Переместить { $count } отклонённую картинку в корзину?
    [few] Переместить { $count } отклонённые картинки в корзину?
    [many] Переместить { $count } отклонённых картинок в корзину?
   *[other] Переместить { $count } отклонённой картинки в корзину?
}
bin-empty-help = Они попадут в системную корзину, а не исчезнут насовсем. Их места в родословной других картинок останутся.
bin-empty-do = В корзину
bin-empty-leave = Оставить
settings-auto-advance = Переходить к следующей картинке после отметки
settings-sidecars = Хранить рядом с каждой картинкой файл .xmp
settings-sidecars-help = Отметки и рецепт в виде, понятном другим программам; библиотеку можно восстановить по одним файлам. Что другие программы там изменят, учитывается при открытии папки — и без этой настройки.
survey-title = Обзор
survey-hint = X: отклонить · /: убрать · Стрелки: другая
survey-let-go = Убрать из обзора
compare-title = Сравнение
compare-beside = Рядом
compare-split = Шторка
compare-flicker = Мигание
compare-line = Граница между картинками
compare-hint = Влево, вправо: другой кандидат · Вверх: поменять местами · Колесо: ближе
compare-select = Выбранная
compare-candidate = Кандидат
compare-same = Сделаны с одинаковыми настройками.
## Картинки других программ

error-foreign-damaged = Сведения о том, как сделана картинка, повреждены: { $file }
error-foreign-too-long = Сведений о том, как сделана картинка, больше, чем читает Maquette: { $file }
error-foreign-unreadable = Не удаётся разобрать сведения программы { $program } о том, как сделана картинка: { $file }

## Поиск

search-name = Поиск
search-hint = Слова, "фразы", -без, model:, stars:>=3 …
search-help =
    Слова и "фразы" ищутся в запросе и в негативном запросе; -слово исключает картинки.
    model:  scheduler:  lora:  часть названия
    stars:>=3  flag:pick, reject или none  label:red или none
    seed:42  steps:<20  guidance:>=7
    size:512x768  size:>1024 (длинная сторона)
    after:2026-11-01 (начиная с этого дня)  before:2026-12-01
    parents:none или первые знаки номера картинки
search-clear = Очистить поиск
search-save = Сохранить этот поиск
search-save-name = Название поиска
search-save-do = Сохранить
search-save-instead = Заменить
search-saved = Сохранённые запросы поиска
search-saved-none = Сохранённых запросов пока нет: напишите запрос, и звёздочка его сохранит.
search-rename = Переименовать «{ $name }»
search-rename-do = Переименовать
search-delete = Удалить «{ $name }»
search-none = Ничего не найдено.
search-error = Начиная со знака { $place }: { $problem }
error-search-facet = По «{ $facet }:» искать нельзя. Есть { $known }. Слово с двоеточием заключите в кавычки.
error-search-no-value = После «{ $facet }:» не хватает значения.
error-search-no-word = В «{ $value }» нет ни буквы, ни цифры, поэтому найти это нельзя.
error-search-stars = «{ $value }» — не число звёзд: нужно от 0 до 5, можно с <, <=, >= или > впереди.
error-search-flag = «{ $value }» — не флажок: бывает pick, reject или none.
error-search-label = «{ $value }» — не метка: бывает red, yellow, green, blue, purple или none.
error-search-size = «{ $value }» — не размер: нужны ширина и высота, например 512x768, или длинная сторона, например >1024.
error-search-seed = «{ $value }» — не зерно: нужно целое число.
error-search-steps = «{ $value }» — не число шагов: нужно целое число, можно с <, <=, >= или > впереди.
error-search-guidance = «{ $value }» — не сила влияния запроса: нужно число, например 7.5, можно с <, <=, >= или > впереди.
error-search-date = «{ $value }» — не день: напишите его так: 2026-11-01.
error-search-parents = «{ $value }» — не картинка: нужно none или хотя бы четыре знака её номера.
error-search-name = «{ $value }» — не название.
